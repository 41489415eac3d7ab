package io.sparkflight.manager.statement;

/** Going on would lose, double or mix rows. The statement must fail. */
public final class ContractViolation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ContractViolation(String reason) {
    super(reason);
  }

  ContractViolation(PartitionAttempt attempt, String reason) {
    super(
        "partition %d, attempt %d: %s"
            .formatted(attempt.partition(), attempt.taskAttemptId(), reason));
  }
}
