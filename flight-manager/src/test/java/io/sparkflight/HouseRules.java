package io.sparkflight;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What holds for the classes of every module; a module's own test adds who may know whom. */
public abstract class HouseRules {
  /** The module's compiled classes. */
  protected static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  @Test
  public void packagesFormNoCycle() {
    slices().matching("io.sparkflight.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  public void timeIsHandedIn() {
    noClasses().should().callMethod(System.class, "currentTimeMillis").check(CLASSES);
  }

  @Test
  public void nobodySleeps() {
    noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "Thread.sleep",
                call ->
                    call.getTargetOwner().isEquivalentTo(Thread.class)
                        && call.getName().equals("sleep")))
        .check(CLASSES);
  }

  @Test
  public void oneClassMakesThreads() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.sparkflight.lifecycle")
        .should()
        .callConstructorWhere(
            DescribedPredicate.describe(
                "new Thread", call -> call.getTargetOwner().isAssignableTo(Thread.class)))
        .check(CLASSES);
  }

  @Test
  public void oneWayToLog() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.logging..")
        .check(CLASSES);
  }
}
