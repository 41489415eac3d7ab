package io.sparkflight.manager.statement;

/**
 * One try to produce one partition of a statement's result.
 *
 * @param epoch the attempt of the whole result job; a job that is run again has a higher one
 * @param partition Spark's index of the partition
 * @param taskAttemptId Spark's number of the try, unique within the application
 */
public record PartitionAttempt(int epoch, int partition, long taskAttemptId) {}
