package io.sparkflight.manager.upload;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.exchange.AttemptInlet;
import io.sparkflight.manager.exchange.Exchange;
import io.sparkflight.manager.exchange.OpenStatement;
import io.sparkflight.manager.exchange.ReadRight;
import io.sparkflight.manager.push.PushTarget;
import io.sparkflight.manager.statement.AttemptRecord;
import io.sparkflight.manager.statement.AttemptTotals;
import io.sparkflight.manager.statement.PartitionAttempt;
import java.util.List;
import java.util.Map;

/** Keeps parts of one user's upload in the exchange. */
final class PartStore {
  /** A part is brought once, by this server itself. */
  private static final PartitionAttempt ONLY = new PartitionAttempt(0, 0, 0);

  private final Exchange exchange;
  private final Signer signer;
  private final String owner;
  private final PushTarget self;
  private final SharedSchemas schemas;

  PartStore(
      Exchange exchange, Signer signer, String owner, PushTarget self, SharedSchemas schemas) {
    this.exchange = exchange;
    this.signer = signer;
    this.owner = owner;
    this.self = self;
    this.schemas = schemas;
  }

  /** Whose upload it is. */
  String owner() {
    return owner;
  }

  /** The schema as all uploads have it that have the same. */
  byte[] shared(byte[] schemaFrame) {
    return schemas.share(schemaFrame);
  }

  /** Where tasks find what is kept here. */
  PushTarget self() {
    return self;
  }

  /** Begins a part. */
  Part begin(byte[] schemaFrame) {
    StatementHandle handle = StatementHandle.random();
    exchange.open(
        new OpenStatement(
            handle,
            owner,
            schemaFrame,
            OpenStatement.Sequence.BY_PARTITION,
            exchange.incarnation(),
            Uploads.KEPT.toMillis()));
    return new Part(handle, exchange.inlet(handle));
  }

  /** A part that is being filled, or is full. Used by one thread. */
  final class Part {
    private final StatementHandle handle;
    private final AttemptInlet inlet;
    private AttemptTotals totals = AttemptTotals.NONE;

    private Part(StatementHandle handle, AttemptInlet inlet) {
      this.handle = handle;
      this.inlet = inlet;
    }

    void add(BatchFrame frame) {
      inlet.append(ONLY, totals.batches(), frame.rows(), frame.bytes());
      totals = totals.plus(frame.rows(), frame.bytes().length, frame.crc());
    }

    /** Nothing comes any more: from now on it can be read. */
    UploadPart seal(int index) {
      String incarnation = exchange.incarnation();
      AttemptTotals own = inlet.seal(ONLY, totals);
      exchange.commit(
          handle,
          List.of(
              new AttemptRecord(
                  ONLY.epoch(), ONLY.partition(), ONLY.taskAttemptId(), incarnation, own)));
      exchange.decide(
          handle, new Outcome.Complete(Map.of(incarnation, own.asPartition(ONLY.partition()))));
      return new UploadPart(
          index, self, ReadRight.of(handle, incarnation, owner, signer), totals.rows());
    }

    void renew() {
      exchange.renew(handle, owner);
    }

    void free() {
      exchange.end(handle, ErrorKind.CANCELLED, "was an upload that has ended");
    }
  }
}
