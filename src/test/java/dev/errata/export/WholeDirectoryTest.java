package dev.errata.export;

import static dev.errata.export.DeltaFileTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeDirectoryTest {
    @TempDir
    private Path directory;

    private static void write(Path half) throws IOException {
        Files.writeString(half.resolve("file"), "whole");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldTakeAFreePlaceOrThatOfAnEmptyDirectory() throws IOException {
        WholeDirectory.make(directory.resolve("new"), WholeDirectoryTest::write);
        WholeDirectory.make(Files.createDirectory(directory.resolve("empty")), WholeDirectoryTest::write);

        assertThat(directory.resolve("new/file")).hasContent("whole");
        assertThat(directory.resolve("empty/file")).hasContent("whole");
        assertThat(names()).containsExactly("empty", "new");
    }

    @Test
    void shouldLeaveALinkWhereItIs() throws IOException {
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("nowhere"));
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Path linked = Files.createSymbolicLink(directory.resolve("linked"), empty);

        for (Path link : List.of(dangling, linked)) {
            assertRefused(Failure.FILE_NOT_WRITTEN, () -> WholeDirectory.make(link, WholeDirectoryTest::write));
            assertThat(link).isSymbolicLink();
        }
        assertThat(names()).containsExactly("dangling", "empty", "linked");
    }

    @Test
    void shouldLeaveWhatCameMeanwhile() throws IOException {
        Path file = directory.resolve("file");
        assertRefused(Failure.FILE_NOT_WRITTEN, () -> WholeDirectory.make(file, half -> Files.writeString(file, "precious")));
        Path link = directory.resolve("link");
        assertRefused(Failure.FILE_NOT_WRITTEN, () -> WholeDirectory.make(link, half -> Files.createSymbolicLink(link, file)));
        Path full = directory.resolve("full");
        assertRefused(Failure.FILE_NOT_WRITTEN, () -> WholeDirectory.make(full, half -> write(Files.createDirectory(full))));

        assertThat(file).hasContent("precious");
        assertThat(link).isSymbolicLink();
        assertThat(full.resolve("file")).hasContent("whole");
        assertThat(names()).containsExactly("file", "full", "link");
    }
}
