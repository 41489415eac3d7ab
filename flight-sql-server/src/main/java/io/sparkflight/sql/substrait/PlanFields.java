package io.sparkflight.sql.substrait;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.sparkflight.error.ErrorKind;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The fields of a plan that take effect here. A field that the library would pass over, or that a
 * later version has added, would change what the plan means.
 */
final class PlanFields {
  /** Says nothing about the rows. */
  private static final String HINT = "RelCommon.hint";

  /** Each message with its fields. */
  private static final Map<String, Set<String>> KNOWN =
      """
      Plan: version extension_uris extensions relations expected_type_urls
      Version: major_number minor_number patch_number git_hash producer
      extensions.SimpleExtensionURI: extension_uri_anchor uri
      extensions.SimpleExtensionDeclaration: extension_function
      extensions.SimpleExtensionDeclaration.ExtensionFunction: extension_uri_reference function_anchor name
      PlanRel: root
      RelRoot: input names
      Rel: read filter fetch aggregate sort join project set cross
      RelCommon: direct emit hint
      RelCommon.Emit: output_mapping
      ReadRel: common base_schema filter virtual_table named_table
      ReadRel.NamedTable: names
      ReadRel.VirtualTable: values
      FilterRel: common input condition
      FetchRel: common input offset count
      AggregateRel: common input groupings measures
      AggregateRel.Grouping: grouping_expressions
      AggregateRel.Measure: measure filter
      SortRel: common input sorts
      JoinRel: common left right expression type
      ProjectRel: common input expressions
      SetRel: common inputs op
      CrossRel: common left right
      NamedStruct: names struct
      SortField: expr direction
      AggregateFunction: function_reference arguments output_type phase invocation
      FunctionArgument: value
      Expression: literal selection scalar_function if_then singular_or_list cast subquery
      Expression.ScalarFunction: function_reference arguments output_type
      Expression.IfThen: ifs else
      Expression.IfThen.IfClause: if then
      Expression.SingularOrList: value options
      Expression.Cast: type input failure_behavior
      Expression.Subquery: scalar
      Expression.Subquery.Scalar: input
      Expression.FieldReference: direct_reference root_reference
      Expression.ReferenceSegment: struct_field
      Expression.ReferenceSegment.StructField: field
      Expression.Literal: boolean i8 i16 i32 i64 fp32 fp64 string binary date timestamp timestamp_tz \
        fixed_char var_char decimal null nullable
      Expression.Literal.VarChar: value length
      Expression.Literal.Decimal: value precision scale
      Expression.Literal.Struct: fields
      Type: bool i8 i16 i32 i64 fp32 fp64 string binary date timestamp timestamp_tz fixed_char varchar \
        decimal struct list map
      Type.Boolean: nullability
      Type.I8: nullability
      Type.I16: nullability
      Type.I32: nullability
      Type.I64: nullability
      Type.FP32: nullability
      Type.FP64: nullability
      Type.String: nullability
      Type.Binary: nullability
      Type.Date: nullability
      Type.Timestamp: nullability
      Type.TimestampTZ: nullability
      Type.FixedChar: length nullability
      Type.VarChar: length nullability
      Type.Decimal: scale precision nullability
      Type.Struct: types nullability
      Type.List: type nullability
      Type.Map: key value nullability
      """
          .lines()
          .map(line -> line.split(": ", 2))
          .collect(
              Collectors.toMap(
                  part -> part[0],
                  part -> Arrays.stream(part[1].split(" +")).collect(Collectors.toSet())));

  private PlanFields() {}

  /** Refuses a message with anything else in it. */
  static void check(Message message) {
    String name = message.getDescriptorForType().getFullName().replaceFirst("^substrait[.]", "");
    message
        .getUnknownFields()
        .asMap()
        .keySet()
        .forEach(
            number -> {
              throw unknown("field %d of %s".formatted(number, name));
            });
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (!KNOWN.getOrDefault(name, Set.of()).contains(field.getName())) {
                throw unknown(name + "." + field.getName());
              }
              if (!HINT.equals(name + "." + field.getName())) {
                check(field, value);
              }
            });
  }

  private static void check(FieldDescriptor field, Object value) {
    if (value instanceof Iterable<?> values) {
      values.forEach(each -> check(field, each));
    } else if (value instanceof Message message) {
      check(message);
    } else if (value instanceof EnumValueDescriptor choice && choice.getIndex() < 0) {
      throw unknown("the choice %d of %s".formatted(choice.getNumber(), field.getName()));
    }
  }

  private static RuntimeException unknown(String what) {
    return SubstraitPlans.refused(
        ErrorKind.UNIMPLEMENTED, "it has %s, which would have no effect".formatted(what), null);
  }
}
