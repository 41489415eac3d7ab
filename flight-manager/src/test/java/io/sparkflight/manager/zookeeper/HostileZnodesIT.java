package io.sparkflight.manager.zookeeper;

import static io.sparkflight.manager.zookeeper.EnsemblePair.TOLD_WITHIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.zookeeper.EnsemblePair.HeldStatement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Somebody else writes where the servers meet. */
class HostileZnodesIT extends OnEnsemble {
  private static final AtomicInteger SPRUNG = new AtomicInteger();

  /** Who deserialises this is told on. */
  private static final class Trap implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      SPRUNG.incrementAndGet();
    }
  }

  /** What somebody may write. */
  private enum Hostile {
    NOTHING {
      @Override
      byte[] bytes(Random random) {
        return new byte[0];
      }
    },
    RANDOM_BYTES {
      @Override
      byte[] bytes(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(10_000)];
        random.nextBytes(bytes);
        return bytes;
      }
    },
    AN_OBJECT {
      @Override
      byte[] bytes(Random random) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
          out.writeObject(new Trap());
        }
        return bytes.toByteArray();
      }
    },
    AS_MUCH_AS_ZOOKEEPER_TAKES {
      @Override
      byte[] bytes(Random random) {
        return new byte[MOST];
      }
    };

    abstract byte[] bytes(Random random) throws IOException;
  }

  /** A request of ZooKeeper may have a megabyte, its path and its permissions included. */
  private static final int MOST = (1 << 20) - 200;

  @AfterEach
  void nothingWasDeserialised() {
    assertThat(SPRUNG).hasValue(0);
  }

  static Stream<Arguments> hostiles() {
    return Stream.of(Hostile.values())
        .flatMap(what -> EnsemblePair.seeds().mapToObj(seed -> Arguments.of(what, seed)));
  }

  @ParameterizedTest
  @MethodSource("hostiles")
  void membersThatAreNoneTakeNoPart(Hostile what, long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < 5; i++) {
      servers.write("/members/%016x".formatted(random.nextLong()), what.bytes(random));
    }
    servers.assertNextIsExact();
    assertThat(servers.a().members()).hasSize(2).isEqualTo(servers.b().members());
  }

  @ParameterizedTest
  @MethodSource("hostiles")
  void ownersAndOutcomesOfNobodyHarmNoStatement(Hostile what, long seed) throws Exception {
    Random random = new Random(seed);
    HeldStatement statement = servers.hold(8);
    WholeRead read = servers.read(statement);
    read.awaitRows();
    servers.write("/queries/" + StatementHandle.random() + "/owner", what.bytes(random));
    servers.write("/queries/" + StatementHandle.random() + "/outcome", what.bytes(random));
    servers.write("/queries/" + random.nextInt() + "/outcome", what.bytes(random));
    servers.write("/queries/" + statement.published().handle() + "/other", what.bytes(random));
    statement.gate().run();
    EnsemblePair.assertExact(read.end(TOLD_WITHIN));
    servers.assertNextIsExact();
  }

  @ParameterizedTest
  @MethodSource("hostiles")
  void whatIsNoOutcomeStandsInNobodysWay(Hostile what, long seed) throws Exception {
    Random random = new Random(seed);
    HeldStatement statement = servers.hold(8);
    WholeRead read = servers.read(statement);
    read.awaitRows();
    servers.write("/queries/" + statement.published().handle() + "/outcome", what.bytes(random));
    servers.assertNextIsExact();
    statement.gate().run();
    EnsemblePair.assertExact(read.end(TOLD_WITHIN));
    servers.assertNextIsExact();
  }
}
