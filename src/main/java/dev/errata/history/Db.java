package dev.errata.history;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A connection to a SQLite file, with the statements that were prepared on it.
 *
 * <h2>Thread safety</h2> None: one thread at a time.
 */
final class Db implements AutoCloseable {
    /** Makes something of a row. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Takes a row. */
    interface Step {
        void take(ResultSet row) throws SQLException;
    }

    /** Something is wrong with the file, or with SQL: the index is of no use as it is. */
    static final class Damaged extends RuntimeException {
        private static final long serialVersionUID = 1;

        Damaged(String what, Throwable cause) {
            super(what, cause);
        }
    }

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    /** Opens the file, or makes it. */
    Db(Path file) {
        try {
            this.connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        } catch (SQLException e) {
            throw new Damaged("opening " + file.getFileName(), e);
        }
    }

    /** Runs each statement. */
    void run(String... statements) {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new Damaged("index", e);
        }
    }

    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    /** Adds one execution with these values; {@link #flush} does them. */
    void add(PreparedStatement statement, Object... values) throws SQLException {
        bind(statement, values);
        statement.addBatch();
    }

    static void flush(PreparedStatement... statements) throws SQLException {
        for (PreparedStatement statement : statements) {
            statement.executeBatch();
        }
    }

    <T> List<T> list(Row<T> row, String sql, Object... values) {
        List<T> all = new ArrayList<>();
        each(rows -> all.add(row.read(rows)), sql, values);
        return all;
    }

    /** Does something with each row. */
    void each(Step step, String sql, Object... values) {
        try {
            PreparedStatement statement = prepare(sql);
            bind(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    step.take(rows);
                }
            }
        } catch (SQLException e) {
            throw new Damaged("index", e);
        }
    }

    <T> Optional<T> first(Row<T> row, String sql, Object... values) {
        return list(row, sql, values).stream().findFirst();
    }

    private static void bind(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof Long number) {
                statement.setLong(i + 1, number);
            } else if (values[i] instanceof byte[] bytes) {
                statement.setBytes(i + 1, bytes);
            } else {
                statement.setString(i + 1, (String) values[i]);
            }
        }
    }

    /** From here on everything is in a transaction, until {@link #commit}, with which the next one begins. */
    void begin() {
        transaction(() -> connection.setAutoCommit(false));
    }

    /** Nothing where none was begun. */
    void commit() {
        transaction(() -> {
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        });
    }

    private interface Work {
        void run() throws SQLException;
    }

    private static void transaction(Work step) {
        try {
            step.run();
        } catch (SQLException e) {
            throw new Damaged("index", e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new ErrataException(Failure.INTERNAL, "the index does not close: " + e.getMessage(), e);
        }
    }
}
