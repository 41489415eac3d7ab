package io.sparkflight.manager;

import java.net.URI;
import java.util.List;

/**
 * One part of a result.
 *
 * @param ticket the opaque bytes by which the owner reads it
 * @param locations where it can be read; empty means "on the connection that asked"
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are opaque: nobody compares endpoints
public record ResultEndpoint(byte[] ticket, List<URI> locations) {}
