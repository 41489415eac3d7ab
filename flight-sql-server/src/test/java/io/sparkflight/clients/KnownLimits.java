package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/**
 * Skips the tests of what somebody else does not do, by the name of their method and with the
 * reason; but only after it has seen them fail in the way that the reason says. So a test that
 * begins to pass fails, until its name is taken out.
 *
 * @param limits why a method's test cannot pass, by the method's name
 */
record KnownLimits(Map<String, Limit> limits) implements InvocationInterceptor, BeforeAllCallback {
  /**
   * Why a test cannot pass.
   *
   * @param reason who does not do what
   * @param words what its failure says, in its message or a cause's
   */
  record Limit(String reason, String words) {}

  @Override
  public void beforeAll(ExtensionContext context) {
    assertThat(context.getRequiredTestClass().getDeclaredMethods())
        .extracting(Method::getName)
        .containsAll(limits.keySet());
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Limit limit = limits.get(method.getExecutable().getName());
    if (limit == null) {
      invocation.proceed();
      return;
    }
    try {
      invocation.proceed();
    } catch (Exception | AssertionError | LinkageError e) {
      assertThat(e).as(limit.reason()).hasStackTraceContaining(limit.words());
      throw new TestAbortedException(limit.reason(), e);
    }
    throw new AssertionError("It passes now, so it is no limit any more: " + limit.reason());
  }
}
