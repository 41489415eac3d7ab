package io.sparkflight.sql.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.error.FlightFailure;
import io.sparkflight.sql.demo.Progress;
import io.sparkflight.sql.demo.TpchTables;
import io.sparkflight.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderIT {
  @TempDir private Path folder;

  private final SparkSession spark = LocalSpark.session();
  private final List<String> created = new ArrayList<>();

  @AfterEach
  void dropTables() {
    created.forEach(table -> spark.sql("DROP TABLE IF EXISTS `" + table + "`"));
  }

  @Test
  void filesAndFoldersAreTablesOfEverySession() throws IOException {
    writeFile("a_file.parquet", 3);
    writeFolder("it's a folder", 5);

    assertThat(createTables()).containsExactly("a_file", "it_s_a_folder");

    SparkSession other = spark.newSession();
    assertThat(other.table("a_file").count()).isEqualTo(3);
    assertThat(other.table("it_s_a_folder").count()).isEqualTo(5);
  }

  @Test
  void folderOfPartitionsIsOneTableWithItsColumns() {
    spark
        .range(10)
        .selectExpr("id", "id % 2 AS half")
        .write()
        .partitionBy("half")
        .parquet(folder.resolve("parts").toString());

    assertThat(createTables()).containsExactly("parts");
    assertThat(spark.newSession().table("parts").filter("half = 1").count()).isEqualTo(5);
  }

  @Test
  void generatedTablesMayLieInAnyFolder() {
    Path named = folder.resolve("it's 100 % mine");
    TpchTables.generate(spark, 0.001, named, Progress.SILENT);

    List<String> tables = DataFolder.createTables(spark, named);
    created.addAll(tables);

    assertThat(tables).containsExactlyInAnyOrderElementsOf(TpchTables.NAMES);
    assertThat(spark.newSession().table("nation").count()).isEqualTo(25);
  }

  @Test
  void otherFilesAreNoTables() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "x");
    Files.createDirectory(folder.resolve("empty"));
    writeFolder("_hidden", 1);

    assertThat(createTables()).isEmpty();
  }

  @Test
  void fileThatIsNoParquetIsNamed() throws IOException {
    Files.writeString(folder.resolve("bad.parquet"), "this is no Parquet file");

    assertThatThrownBy(this::createTables)
        .isInstanceOf(FlightFailure.class)
        .hasMessageContaining("bad.parquet")
        .hasMessageStartingWith("Cannot serve ");
  }

  @Test
  void twoOfOneNameAreRefused() throws IOException {
    writeFile("one.parquet", 1);
    writeFolder("one", 1);

    assertThatThrownBy(this::createTables).hasMessageContaining("would have one name");
  }

  @Test
  void missingFolderIsNamed() {
    assertThatThrownBy(() -> DataFolder.createTables(spark, folder.resolve("missing")))
        .hasMessageContaining("it is not a folder");
  }

  private List<String> createTables() {
    List<String> tables = DataFolder.createTables(spark, folder);
    created.addAll(tables);
    return tables;
  }

  private void writeFolder(String name, int rows) {
    spark.range(rows).write().parquet(folder.resolve(name).toString());
  }

  private void writeFile(String name, int rows) throws IOException {
    spark.range(rows).coalesce(1).write().parquet(folder.resolve(".single").toString());
    try (Stream<Path> parts = Files.list(folder.resolve(".single"))) {
      Path only =
          parts.filter(part -> part.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.move(only, folder.resolve(name));
    }
  }
}
