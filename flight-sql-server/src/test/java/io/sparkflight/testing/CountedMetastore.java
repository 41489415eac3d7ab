package io.sparkflight.testing;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalog;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogWithListener;
import org.apache.spark.sql.internal.SharedState;

/** Notes every call to the metastore of sessions that begin while it is open. */
public final class CountedMetastore implements AutoCloseable {
  private final SharedState state;
  private final ExternalCatalogWithListener real;
  private final List<String> calls = new CopyOnWriteArrayList<>();

  private CountedMetastore(SharedState state) {
    this.state = state;
    this.real = state.externalCatalog();
  }

  /** Stands before the metastore of an application. */
  public static CountedMetastore of(SparkSession spark) throws ReflectiveOperationException {
    CountedMetastore counted = new CountedMetastore(spark.sharedState());
    ExternalCatalog noting =
        (ExternalCatalog)
            Proxy.newProxyInstance(
                CountedMetastore.class.getClassLoader(),
                new Class<?>[] {ExternalCatalog.class},
                (proxy, method, arguments) -> {
                  counted.calls.add(method.getName());
                  try {
                    return method.invoke(counted.real.unwrapped(), arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getTargetException();
                  }
                });
    counted.replace(new ExternalCatalogWithListener(noting));
    return counted;
  }

  /** The calls since the last time. */
  public List<String> take() {
    List<String> taken = List.copyOf(calls);
    calls.clear();
    return taken;
  }

  @Override
  public void close() throws ReflectiveOperationException {
    replace(real);
  }

  private void replace(ExternalCatalogWithListener catalog) throws ReflectiveOperationException {
    Field field = SharedState.class.getDeclaredField("externalCatalog");
    field.setAccessible(true);
    field.set(state, catalog);
  }
}
