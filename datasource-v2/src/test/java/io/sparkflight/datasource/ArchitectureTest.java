package io.sparkflight.datasource;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import io.sparkflight.HouseRules;
import org.junit.jupiter.api.Test;

/** What the source may know of the other modules. */
class ArchitectureTest extends HouseRules {
  @Test
  void ofTheOthersOnlyHowArrowBecomesColumnsAndRowsBecomeArrow() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.sparkflight..")
                .and(
                    not(
                        resideInAnyPackage(
                            "io.sparkflight.datasource..",
                            "io.sparkflight.arrow..",
                            "io.sparkflight.checksum",
                            "io.sparkflight.error",
                            "io.sparkflight.lifecycle"))))
        .check(CLASSES);
  }
}
