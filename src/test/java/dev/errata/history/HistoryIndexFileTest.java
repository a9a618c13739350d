package dev.errata.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the file of the index is gone on with, and when it is made anew. */
class HistoryIndexFileTest {
    @TempDir
    private Path directory;

    private final MadeLog log = new MadeLog();
    private HistoryIndex index;

    @BeforeEach
    void open() {
        index = new HistoryIndex(directory, log, MadeLog.LINE.model());
    }

    @AfterEach
    void close() {
        index.close();
    }

    private long read() {
        return log.readInto(index);
    }

    @Test
    void shouldHaveItsIndexesWhenTheLogWasReadOnce() throws Exception {
        read();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("1.db"));
                var indexes = connection.createStatement().executeQuery("SELECT name FROM sqlite_master WHERE type = 'index'")) {
            List<String> names = new ArrayList<>();
            while (indexes.next()) {
                names.add(indexes.getString(1));
            }
            assertThat(names).contains("span_since", "fact_key", "outcome_key", "outcome_fate");
        }
    }

    @Test
    void shouldReadEverythingAgainWhenTheIndexWasDeletedOrTheLogIsAnotherOne() throws IOException {
        log.edit(List.of(log.fact("a", "1")), List.of());
        assertThat(read()).isEqualTo(2);
        index.close();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        assertThat(read()).isEqualTo(2);

        log.identity("another");

        assertThat(read()).isEqualTo(2);
    }

    @Test
    void shouldReadEverythingAgainWhenTheIndexIsOfAnotherFormatOrNotWhole() throws Exception {
        log.edit(List.of(log.fact("a", "1")), List.of());
        read();
        for (String change : List.of(
                "UPDATE meta SET value = '0' WHERE name = 'format'", "DELETE FROM meta WHERE name = 'complete'", "DROP TABLE meta")) {
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("1.db"));
                    var statement = connection.createStatement()) {
                statement.execute(change);
            }
            assertThat(read()).as(change).isEqualTo(2);
        }
    }

    @Test
    void shouldReadEverythingAgainWhenTheIndexIsDamaged() throws IOException {
        for (int i = 0; i < 300; i++) {
            log.edit(List.of(log.fact("a" + i, "1")), List.of());
        }
        log.portions(1000);
        read();
        Path file = directory.resolve("1.db");
        Files.write(file, "no database".getBytes());
        assertThat(read()).isEqualTo(600);

        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(file) / 2);
        }
        assertThat(read()).isEqualTo(600);

        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (long at = 16384; at < Files.size(file); at += 16384) {
                channel.write(ByteBuffer.wrap(new byte[64]), at);
            }
        }
        assertThat(read()).isEqualTo(600);
    }

    @Test
    void shouldTakeAFileOfItsOwnWhenAnotherProcessHasOne() {
        log.edit(List.of(log.fact("a", "1")), List.of());
        try (HistoryIndex other = new HistoryIndex(directory, log, MadeLog.LINE.model());
                HistoryFeed feed = index.feed();
                HistoryFeed beside = other.feed()) {
            beside.turn();
            feed.turn();
            assertThat(directory.resolve("1.db")).exists();
            assertThat(directory.resolve("2.db")).exists();
        }
    }

    @Test
    void shouldGoOnWhereItWasLeftWhenItIsOpenedAgain() {
        log.edit(List.of(log.fact("a", "1"), log.fact("b", "1")), List.of());
        assertThat(read()).isEqualTo(3);
        assertThat(read()).isZero();

        log.edit(List.of(log.fact("a", "2")), List.of());

        assertThat(read()).isEqualTo(2);
    }
}
