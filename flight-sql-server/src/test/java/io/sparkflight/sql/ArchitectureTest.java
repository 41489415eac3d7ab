package io.sparkflight.sql;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import io.sparkflight.HouseRules;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which package may know which: what every package-info of this module promises. */
class ArchitectureTest extends HouseRules {
  private static final String SQL = "io.sparkflight.sql..";
  private static final String BRIDGE = "org.apache.spark.sql.sparkflight";

  /** What the server hands on from its bridge to the manager without looking inside. */
  private static final Set<String> SPARK_DATA =
      Set.of(
          "org.apache.spark.sql.catalyst.plans.logical.LogicalPlan",
          "org.apache.spark.sql.execution.QueryExecution");

  @Test
  void theServerUsesTheManagerAsAnyoneElseWould() {
    noClasses()
        .that()
        .resideInAPackage(SQL)
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.sparkflight..")
                .and(
                    not(
                        resideInAnyPackage(
                            SQL,
                            "io.sparkflight.arrow",
                            "io.sparkflight.arrow.column",
                            "io.sparkflight.config",
                            "io.sparkflight.error",
                            "io.sparkflight.lifecycle",
                            "io.sparkflight.manager")))
                .and(
                    not(
                        resideInAPackage("io.sparkflight.manager.exchange")
                            .and(isOrIsWithin("PublicFlightServer"))))
                .as("are inside of the manager, but for its public Flight server"))
        .check(CLASSES);
  }

  @Test
  void sessionsAndCommandsKnowNoFlightServer() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.sparkflight.sql.auth",
            "io.sparkflight.sql.command",
            "io.sparkflight.sql.ingest",
            "io.sparkflight.sql.metadata",
            "io.sparkflight.sql.session")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.sparkflight.sql", "io.sparkflight.sql.cli..", "io.sparkflight.manager.exchange")
        .check(CLASSES);
  }

  @Test
  void nobodyButTheManagerTalksToZooKeeper() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator..")
        .check(CLASSES);
  }

  @Test
  void plansOfSubstraitStayWhereTheyAreReadAndConverted() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.sparkflight.sql.substrait", BRIDGE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.substrait..")
        .check(CLASSES);
  }

  @Test
  void onlyTheBridgeTouchesSparksPrivatePackages() {
    noClasses()
        .that()
        .resideInAPackage(SQL)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "org.apache.spark.sql.catalyst..",
                    "org.apache.spark.sql.execution..",
                    "org.apache.spark.sql.internal..")
                .and(
                    DescribedPredicate.describe(
                        "is no data",
                        type -> !SPARK_DATA.contains(type.getBaseComponentType().getFullName())))
                .as("are private to Spark"))
        .check(CLASSES);
  }

  @Test
  void theBridgeKnowsNothingOfFlight() {
    noClasses()
        .that()
        .resideInAPackage(BRIDGE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(SQL, "io.sparkflight.manager..", "org.apache.arrow..")
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> isOrIsWithin(String outermost) {
    return DescribedPredicate.describe(
        "is or is within " + outermost,
        type ->
            type.getSimpleName().equals(outermost)
                || type.getEnclosingClass()
                    .filter(outer -> outer.getSimpleName().equals(outermost))
                    .isPresent());
  }
}
