package io.sparkflight.manager;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One part of a result.
 *
 * @param ticket the opaque bytes by which the owner reads it
 * @param locations where it can be read; empty means "on the connection that asked"
 * @param expires until when it can be read again and again; empty if it is read once
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are opaque: nobody compares endpoints
public record ResultEndpoint(byte[] ticket, List<URI> locations, Optional<Instant> expires) {}
