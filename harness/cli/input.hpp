// SPDX-License-Identifier: GPL-2.0-only
// What a command is given: a scenario's file, and the revision to run it on.
#pragma once

#include "drivers/registry.hpp"
#include "scenario/scenario.hpp"

#include <string>
#include <vector>

namespace cli {

// The revision where neither the command line nor the scenario names one.
inline constexpr const char *default_revision = "mainline";

// Reads a file, or stdin for "-". `format` is "text", "wire", or empty: text if the name ends in
// .toml, wire otherwise. The revisions and properties it names exist. Throws Failure (bad input)
// with FILE:LINE:COLUMN where there is one.
scenario::Scenario read_scenario(const std::string &path, const std::string &format);

// The lines of comment before anything else in a text; empty for the wire form and for stdin, which
// was read already. Throws Failure (bad input).
std::string leading_comment(const std::string &path, const std::string &format);

// What the command line says, else the scenario, else the default. Throws Failure (bad input).
const drivers::Revision &choose_revision(const std::string &option,
                                         const scenario::Scenario &scenario);

// Those of the command line, all if it names none, in the order of posting. Throws Failure (bad input).
std::vector<const drivers::Revision *> chosen_revisions(const std::vector<std::string> &ids);

bool is_text_path(const std::string &path);

// The *.toml of a folder, sorted by name. Throws Failure (bad input) if there are none.
std::vector<std::string> regression_paths(const std::string &folder);
// Where they are unless the command line says otherwise.
inline constexpr const char *default_regressions = "regressions";

// The path itself, or all regular files below the folder but notes (*.md), sorted. Throws Failure (bad input).
std::vector<std::string> files_below(const std::string &path);

} // namespace cli
