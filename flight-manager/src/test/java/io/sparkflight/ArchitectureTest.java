package io.sparkflight;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which package may know which: what every package-info of this module promises. */
class ArchitectureTest extends HouseRules {
  private static final String OURS = "io.sparkflight..";

  /** What everybody may know. */
  private static final String[] LOWEST = {
    "io.sparkflight.checksum", "io.sparkflight.error", "io.sparkflight.lifecycle"
  };

  private static final String BRIDGE = "org.apache.spark.sql.sparkflight";

  /** What Spark hands to everybody who extends it, though it lies in its private packages. */
  private static final Set<String> SPARK_DATA =
      Set.of(
          "org.apache.spark.sql.catalyst.InternalRow",
          "org.apache.spark.sql.catalyst.expressions.SpecializedGetters",
          "org.apache.spark.sql.catalyst.expressions.UnsafeArrayData",
          "org.apache.spark.sql.catalyst.expressions.UnsafeRow",
          "org.apache.spark.sql.catalyst.util.ArrayData",
          "org.apache.spark.sql.catalyst.util.MapData",
          "org.apache.spark.sql.execution.QueryExecution");

  @Test
  void theLowestPackagesKnowNobody() {
    noClasses()
        .that()
        .resideInAnyPackage(LOWEST)
        .should()
        .dependOnClassesThat(ours(LOWEST))
        .check(CLASSES);
  }

  @Test
  void settingsKnowNobody() {
    noClasses()
        .that()
        .resideInAPackage("io.sparkflight.config")
        .should()
        .dependOnClassesThat(
            ours("io.sparkflight.config", "io.sparkflight.error", "io.sparkflight.lifecycle"))
        .check(CLASSES);
  }

  @Test
  void theEncodersKnowNoManager() {
    noClasses()
        .that()
        .resideInAPackage("io.sparkflight.arrow")
        .should()
        .dependOnClassesThat(
            ours("io.sparkflight.arrow", "io.sparkflight.checksum", "io.sparkflight.error"))
        .check(CLASSES);
  }

  @Test
  void theColumnsKnowNothingButErrors() {
    noClasses()
        .that()
        .resideInAPackage("io.sparkflight.arrow.column")
        .should()
        .dependOnClassesThat(ours("io.sparkflight.arrow.column", "io.sparkflight.error"))
        .check(CLASSES);
  }

  @Test
  void theInterfaceKnowsNoImplementation() {
    noClasses()
        .that()
        .resideInAPackage("io.sparkflight.manager")
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.sparkflight.manager.*.."))
        .check(CLASSES);
  }

  @Test
  void theContractIsPure() {
    classes()
        .that()
        .resideInAPackage("io.sparkflight.manager.statement")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "io.sparkflight.manager",
                "io.sparkflight.manager.statement",
                "io.sparkflight.checksum",
                "io.sparkflight.error",
                "java.io",
                "java.lang..",
                "java.nio",
                "java.util",
                "java.util.function",
                "java.util.stream",
                "java.util.zip",
                "org.jspecify.annotations"))
        .andShould()
        .onlyDependOnClassesThat(
            not(JavaClass.Predicates.assignableTo(Thread.class)).as("are not threads"))
        .check(CLASSES);
  }

  @Test
  void theWireKnowsNoStatement() {
    noClasses()
        .that()
        .resideInAPackage("io.sparkflight.manager.wire")
        .should()
        .dependOnClassesThat(ours("io.sparkflight.manager.wire"))
        .check(CLASSES);
  }

  @Test
  void theExchangeKnowsNeitherSparkNorZooKeeper() {
    noClasses()
        .that()
        .resideInAPackage("io.sparkflight.manager.exchange")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.spark..",
            "org.apache.zookeeper..",
            "org.apache.curator..",
            "io.sparkflight.manager.run",
            "io.sparkflight.manager.push",
            "io.sparkflight.manager.local",
            "io.sparkflight.manager.zookeeper")
        .check(CLASSES);
  }

  @Test
  void tasksKnowNothingOfTheDriver() {
    noClasses()
        .that()
        .resideInAPackage("io.sparkflight.manager.push")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.sparkflight.manager.run",
            "io.sparkflight.manager.local",
            "io.sparkflight.manager.zookeeper",
            BRIDGE)
        .check(CLASSES);
  }

  @Test
  void onlyOnePackageTalksToZooKeeper() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.sparkflight.manager.zookeeper")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator..")
        .check(CLASSES);
  }

  @Test
  void managersDoNotKnowEachOther() {
    slices()
        .matching("io.sparkflight.manager.(local|zookeeper|example)..")
        .should()
        .notDependOnEachOther()
        .check(CLASSES);
  }

  @Test
  void onlyTheBridgeTouchesSparksPrivatePackages() {
    noClasses()
        .that()
        .resideInAPackage(OURS)
        .and()
        .resideOutsideOfPackage("io.sparkflight.arrow")
        .should()
        .dependOnClassesThat(privateToSpark())
        .check(CLASSES);
  }

  @Test
  void theBridgeKnowsNoneOfUs() {
    noClasses()
        .that()
        .resideInAPackage(BRIDGE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(OURS)
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> ours(String... but) {
    return resideInAnyPackage(OURS, BRIDGE)
        .and(not(resideInAnyPackage(but)))
        .as("are ours, outside of %s", String.join(", ", but));
  }

  private static DescribedPredicate<JavaClass> privateToSpark() {
    return resideInAnyPackage(
            "org.apache.spark.sql.catalyst..",
            "org.apache.spark.sql.execution..",
            "org.apache.spark.sql.internal..")
        .and(
            DescribedPredicate.describe(
                "is no data",
                type -> !SPARK_DATA.contains(type.getBaseComponentType().getFullName())))
        .as("are private to Spark and not its data");
  }
}
