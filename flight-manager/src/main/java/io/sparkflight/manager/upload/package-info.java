/**
 * The way in: what a client uploads lies on its server, and Spark's tasks fetch it.
 *
 * <p>Entry: {@link io.sparkflight.manager.upload.Uploads}. An upload is kept in parts; each is what
 * {@code manager.exchange} calls a statement, with one committed attempt and a digest, and is one
 * partition for Spark. Tasks know only {@link io.sparkflight.manager.upload.UploadPart}. An upload
 * may get a name in a group ({@link io.sparkflight.manager.upload.NamedUploads}): then it waits to
 * be read together with others, which may lie on other servers.
 *
 * <p>Threading: one thread adds to an upload; its parts are read by any number of tasks.
 *
 * <p>Invariant: a task gets all rows of its part, whose number and digest it is told, or fails.
 */
@NullMarked
package io.sparkflight.manager.upload;

import org.jspecify.annotations.NullMarked;
