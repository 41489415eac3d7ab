package io.sparkflight.arrow;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.*;

public final class SparkArrowSchema {
  private SparkArrowSchema() {}

  public static Schema of(StructType type, String timeZone) {
    List<Field> f = new ArrayList<>();
    for (StructField s : type.fields()) {
      ArrowType t =
          s.dataType() instanceof LongType
              ? new ArrowType.Int(64, true)
              : s.dataType() instanceof IntegerType
                  ? new ArrowType.Int(32, true)
                  : new ArrowType.Utf8();
      f.add(new Field(s.name(), new FieldType(s.nullable(), t, null), null));
    }
    return new Schema(f);
  }
}
