package io.sparkflight.clients;

import io.sparkflight.clients.Client.Bound;
import io.sparkflight.clients.Client.Feature;
import io.sparkflight.clients.Client.Parameter;
import io.sparkflight.clients.Client.Value;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.memory.BufferAllocator;

/** ADBC's driver for Flight SQL in Java. */
final class AdbcJavaClient implements Client {
  private final BufferAllocator memory;

  AdbcJavaClient(BufferAllocator memory) {
    this.memory = memory;
  }

  @Override
  public String name() {
    return "ADBC Java";
  }

  @Override
  public List<Feature> features(String authority) throws Exception {
    return new AdbcFeatures(AdbcAccess.to(authority, memory)).tryAll();
  }

  @Override
  public List<Value> values(String authority, List<String> expressions) throws Exception {
    List<Value> values = new ArrayList<>();
    AdbcAccess.to(authority, memory)
        .with("adbc", connection -> values.addAll(inUtc(connection).read(expressions)));
    return values;
  }

  @Override
  public List<Bound> bind(String authority, List<Parameter> parameters) throws Exception {
    List<Bound> bound = new ArrayList<>();
    AdbcAccess.to(authority, memory)
        .with(AdbcAccess.NOBODY, connection -> bound.addAll(inUtc(connection).bind(parameters)));
    return bound;
  }

  private static AdbcValues inUtc(AdbcConnection connection) throws Exception {
    long unused = AdbcSql.update(connection, CompatibilityIT.IN_UTC);
    return new AdbcValues(connection);
  }
}
