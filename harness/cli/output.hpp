// SPDX-License-Identifier: GPL-2.0-only
// Where a command writes: stdout, or a file that is written whole or not at all.
#pragma once

#include "report/paint.hpp"
#include "scenario/scenario.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

// Throws Failure if stdout takes no more.
void print(std::string_view text);

// Colours if stdout is a terminal and neither NO_COLOR nor TERM=dumb says otherwise.
report::Paint paint_for_stdout();

// One line on stderr that says how far long work is, if a person watches: nothing in a pipe.
class Progress {
public:
    // `every`: of so many steps one is shown; a terminal is slower than most runs.
    explicit Progress(std::string_view what, std::size_t every = 1);
    ~Progress(); // takes the line away
    Progress(const Progress &) = delete;
    Progress &operator=(const Progress &) = delete;

    void step();

private:
    std::string what_;
    std::size_t steps_ = 0;
    std::size_t every_;
    bool shown_;
};

// "-" is stdout. A regular file is replaced in one step; what is no regular file (/dev/null, a
// pipe) is written to directly. Throws Failure.
void write_file(const std::string &path, std::string_view bytes);

// Before long work whose result is to go there: throws Failure unless write_file could make a regular
// file of it, or replace one. What is there stays as it is.
void require_writable(const std::string &path);

// `comment` goes before the text. As text if the name ends in .toml or is "-", as wire otherwise; then a note on stderr tells what the
// wire form does not carry.
void write_scenario(const std::string &path, const scenario::Scenario &scenario,
                    const std::string &comment = {});

} // namespace cli
