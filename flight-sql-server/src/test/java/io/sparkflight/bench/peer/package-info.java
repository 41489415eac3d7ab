/**
 * What the benchmarks compare with, each in a process of its own with the same two task threads and
 * the same heap: Spark's Thrift Server and Spark Connect of an unchanged Spark, a stock Flight SQL
 * server, and ours; and the clients that read from them.
 *
 * <p>Used by the benchmarks. {@link io.sparkflight.bench.peer.JdbcReader} runs with nothing but a
 * driver on its class path.
 *
 * <p>Threading: one benchmark at a time. Every process ends with the object that started it.
 */
@NullMarked
package io.sparkflight.bench.peer;

import org.jspecify.annotations.NullMarked;
