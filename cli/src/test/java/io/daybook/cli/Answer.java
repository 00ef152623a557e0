// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a verb answered. */
record Answer(int code, String out, String err) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Runs a verb in this JVM, as the command line would. */
  static Answer of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int code = line.execute(arguments);
    return new Answer(code, out.toString(), err.toString());
  }

  /** The object on the last line. */
  JsonNode json() throws IOException {
    return JSON.readTree(out.lines().reduce((first, last) -> last).orElseThrow());
  }
}
