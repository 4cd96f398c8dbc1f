// SPDX-License-Identifier: GPL-2.0-only
// The commands of hmemfuzz. Each function adds one to the command line; when it is chosen, it runs
// and puts its exit code into `code`, or throws Failure.
#pragma once

#include <CLI/CLI.hpp>

namespace cli {

void add_run(CLI::App &app, int &code);
void add_explain(CLI::App &app, int &code);
void add_matrix(CLI::App &app, int &code);
void add_minimize(CLI::App &app, int &code);
void add_faults(CLI::App &app, int &code);
void add_explore(CLI::App &app, int &code);
void add_reached(CLI::App &app, int &code);
void add_distill(CLI::App &app, int &code);
void add_bugs(CLI::App &app, int &code);
void add_convert(CLI::App &app, int &code);
// revisions, properties, exceptions, operations, points, sites
void add_tables(CLI::App &app, int &code);

// All of it, for main: the exit code. Says on stderr what went wrong.
int command(int argc, const char *const *argv);

} // namespace cli
