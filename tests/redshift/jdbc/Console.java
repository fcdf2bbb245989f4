import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/**
 * Does with Redshift's JDBC driver what it is told, a line each, and tells what it saw, as JSON.
 *
 * <p>A line has fields between tabs, each encoded as in a URL; an empty field is null. The first
 * line connects.
 */
public final class Console {
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private Connection connection;

  public static void main(String[] unused) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Console console = new Console();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] fields = line.split("\t", -1);
      for (int i = 0; i < fields.length; i++) {
        fields[i] = fields[i].isEmpty() ? null : URLDecoder.decode(fields[i].substring(1), "UTF-8");
      }
      try {
        OUT.println(console.obey(fields[0], Arrays.copyOfRange(fields, 1, fields.length)));
      } catch (SQLException error) {
        OUT.println(failure(error));
      }
    }
  }

  private String obey(String verb, String[] given) throws Exception {
    switch (verb) {
      case "connect":
        Properties options = new Properties();
        for (int i = 1; i < given.length; i += 2) {
          options.setProperty(given[i], given[i + 1]);
        }
        connection = DriverManager.getConnection(given[0], options);
        return "{}";
      case "execute":
        try (Statement statement = connection.createStatement()) {
          statement.setFetchSize(Integer.parseInt(given[1]));
          boolean shows = statement.execute(given[0]);
          return outcome(statement, shows);
        }
      case "prepare":
        try (PreparedStatement statement = connection.prepareStatement(given[0])) {
          bind(statement, given, 1);
          boolean shows = statement.execute();
          return outcome(statement, shows);
        }
      case "describe":
        try (PreparedStatement statement = connection.prepareStatement(given[0])) {
          return "{\"columns\":" + columns(statement.getMetaData()) + "}";
        }
      case "batch":
        try (PreparedStatement statement = connection.prepareStatement(given[0])) {
          int width = Integer.parseInt(given[1]) * 2;
          for (int at = 2; at < given.length; at += width) {
            bind(statement, Arrays.copyOfRange(given, at, at + width), 0);
            statement.addBatch();
          }
          return "{\"counts\":" + Arrays.toString(statement.executeBatch()) + "}";
        }
      case "metadata":
        return metadata(given[0], Arrays.copyOfRange(given, 1, given.length));
      case "autocommit":
        connection.setAutoCommit(Boolean.parseBoolean(given[0]));
        return "{}";
      case "commit":
        connection.commit();
        return "{}";
      case "rollback":
        connection.rollback();
        return "{}";
      case "valid":
        return "{\"value\":" + connection.isValid(10) + "}";
      case "close":
        connection.close();
        return "{}";
      default:
        throw new IllegalArgumentException(verb);
    }
  }

  private static void bind(PreparedStatement statement, String[] pairs, int from) throws Exception {
    for (int i = from; i < pairs.length; i += 2) {
      int place = (i - from) / 2 + 1;
      String text = pairs[i + 1];
      switch (pairs[i]) {
        case "boolean" -> statement.setBoolean(place, Boolean.parseBoolean(text));
        case "short" -> statement.setShort(place, Short.parseShort(text));
        case "int" -> statement.setInt(place, Integer.parseInt(text));
        case "long" -> statement.setLong(place, Long.parseLong(text));
        case "float" -> statement.setFloat(place, Float.parseFloat(text));
        case "double" -> statement.setDouble(place, Double.parseDouble(text));
        case "decimal" -> statement.setBigDecimal(place, new BigDecimal(text));
        case "string" -> statement.setString(place, text == null ? "" : text);
        case "date" -> statement.setDate(place, java.sql.Date.valueOf(text));
        case "time" -> statement.setTime(place, java.sql.Time.valueOf(text));
        case "timestamp" -> statement.setTimestamp(place, java.sql.Timestamp.valueOf(text));
        case "offset" -> statement.setObject(place, java.time.OffsetDateTime.parse(text));
        case "null" -> statement.setNull(place, Types.class.getField(text).getInt(null));
        default -> throw new IllegalArgumentException(pairs[i]);
      }
    }
  }

  /** Calls a method of DatabaseMetaData with texts, made into what it takes. */
  private String metadata(String name, String[] given) throws Exception {
    DatabaseMetaData metadata = connection.getMetaData();
    for (Method method : DatabaseMetaData.class.getMethods()) {
      Class<?>[] kinds = method.getParameterTypes();
      if (!method.getName().equals(name) || kinds.length != given.length) {
        continue;
      }
      Object[] arguments = new Object[given.length];
      for (int i = 0; i < kinds.length; i++) {
        if (kinds[i] == String[].class) {
          arguments[i] = given[i] == null ? null : given[i].split(",");
        } else if (kinds[i] == boolean.class) {
          arguments[i] = Boolean.parseBoolean(given[i]);
        } else {
          arguments[i] = kinds[i] == int.class ? (Object) Integer.valueOf(given[i]) : given[i];
        }
      }
      try {
        Object found = method.invoke(metadata, arguments);
        return found instanceof ResultSet
            ? "{" + rows((ResultSet) found) + "}"
            : "{\"value\":" + text(String.valueOf(found)) + "}";
      } catch (InvocationTargetException error) {
        if (error.getCause() instanceof SQLException) {
          throw (SQLException) error.getCause();
        }
        throw error;
      }
    }
    throw new IllegalArgumentException(name);
  }

  private static String outcome(Statement statement, boolean shows) throws SQLException {
    List<String> warnings = new ArrayList<>();
    String found = shows ? rows(statement.getResultSet()) : "\"count\":" + statement.getUpdateCount();
    for (SQLWarning one = statement.getWarnings(); one != null; one = one.getNextWarning()) {
      warnings.add(text(one.getMessage()));
    }
    return "{" + found + ",\"warnings\":" + warnings + "}";
  }

  private static String rows(ResultSet result) throws SQLException {
    List<String> rows = new ArrayList<>();
    int width = result.getMetaData().getColumnCount();
    while (result.next()) {
      List<String> row = new ArrayList<>();
      for (int place = 1; place <= width; place++) {
        Object value = result.getObject(place);
        row.add(value == null ? "null" : text(shown(value)));
      }
      rows.add(row.toString());
    }
    return "\"columns\":" + columns(result.getMetaData()) + ",\"rows\":" + rows;
  }

  private static String shown(Object value) {
    if (value instanceof byte[]) {
      StringBuilder digits = new StringBuilder();
      for (byte one : (byte[]) value) {
        digits.append(String.format("%02x", one));
      }
      return digits.toString();
    }
    return value instanceof BigDecimal ? ((BigDecimal) value).toPlainString() : value.toString();
  }

  private static String columns(ResultSetMetaData data) throws SQLException {
    List<String> found = new ArrayList<>();
    for (int place = 1; data != null && place <= data.getColumnCount(); place++) {
      found.add(
          List.of(
                  text(data.getColumnLabel(place)),
                  text(data.getColumnTypeName(place)),
                  data.getPrecision(place),
                  data.getScale(place),
                  text(data.getTableName(place)),
                  data.isNullable(place),
                  data.isAutoIncrement(place))
              .toString());
    }
    return found.toString();
  }

  private static String failure(SQLException error) {
    return "{\"error\":["
        + (error.getSQLState() == null ? "null" : text(error.getSQLState()))
        + ","
        + text(String.valueOf(error.getMessage()) + (error.getCause() == null ? "" : " / " + error.getCause()))
        + "]}";
  }

  private static String text(String value) {
    if (value == null) {
      return "null";
    }
    StringBuilder made = new StringBuilder("\"");
    for (char one : value.toCharArray()) {
      if (one == '"' || one == '\\') {
        made.append('\\').append(one);
      } else if (one < ' ') {
        made.append(String.format("\\u%04x", (int) one));
      } else {
        made.append(one);
      }
    }
    return made.append('"').toString();
  }
}
