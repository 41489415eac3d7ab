package io.sparkflight.sql.metadata;

import java.util.Comparator;

/** A table or a view that a catalog has listed. */
record Table(Namespace namespace, String name, TableType type) {
  /** As Flight SQL orders its answers. */
  static final Comparator<Table> ORDER =
      Comparator.comparing(Table::namespace, Namespace.ORDER)
          .thenComparing(Table::name)
          .thenComparing(table -> table.type().label());
}
