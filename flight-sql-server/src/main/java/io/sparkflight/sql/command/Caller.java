package io.sparkflight.sql.command;

import io.sparkflight.sql.session.Session;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Who waits for the answer of a call.
 *
 * @param session the session
 * @param wishes what the headers of the call say of its result, by setting
 * @param gone whether the client has cancelled the call, or its deadline has passed
 */
public record Caller(Session session, Map<String, String> wishes, BooleanSupplier gone) {}
