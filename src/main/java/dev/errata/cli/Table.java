package dev.errata.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text in aligned columns, without borders, so that they read well on a terminal and in a pipe. */
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... header) {
        row((Object[]) header);
    }

    Table row(Object... cells) {
        rows.add(Arrays.stream(cells).map(Table::oneLine).toList());
        return this;
    }

    void print(PrintWriter out) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - width(row.get(i)))).append(GAP);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** Control characters would break the row, and the terminal. */
    private static String oneLine(Object cell) {
        return String.valueOf(cell).replace("\n", "\\n").replaceAll("\\p{Cntrl}", "?");
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
