// SPDX-License-Identifier: GPL-2.0-only
// For tests: what a fuzz target says of an input when that comes first in a process, and when it
// comes last of many.
//
// Covers: how the process ended, what it printed, what an observer saw. Does not cover: what a target
// says once a process by its contract (ownership.hpp), the time and the memory that it takes.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace fuzz::testing {

using Bytes = std::vector<std::uint8_t>;

// Writes what was seen of the input to the file; without one nobody observes.
using Target = std::function<int(const Bytes &input, std::FILE *seen)>;

struct Said {
    int status = 0;      // as wait() gives it: what was returned, or the signal
    std::string printed; // on stdout and stderr
    std::string seen;

    friend bool operator==(const Said &, const Said &) = default;
};

inline std::string content(std::FILE *file)
{
    std::string text;
    std::rewind(file);
    std::array<char, 4096> block{};
    for (std::size_t count = 0; (count = std::fread(block.data(), 1, block.size(), file)) > 0;)
        text.append(block.data(), count);
    std::fclose(file);
    return text;
}

// Runs it in a copy of this process, so that this one keeps its state.
inline Said in_a_copy(const std::function<int(std::FILE *seen)> &what)
{
    std::FILE *printed = std::tmpfile();
    std::FILE *seen = std::tmpfile();
    if (printed == nullptr || seen == nullptr) {
        ADD_FAILURE() << "no temporary file";
        return {};
    }
    std::fflush(nullptr);
    const pid_t copy = fork();
    if (copy == 0) {
        const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
        setrlimit(RLIMIT_CORE, &no_core);
        setvbuf(seen, nullptr, _IONBF, 0); // what was seen before an abort counts
        dup2(fileno(printed), STDOUT_FILENO);
        dup2(fileno(printed), STDERR_FILENO);
        const int result = what(seen);
        std::fflush(nullptr);
        _exit(result);
    }
    Said said;
    EXPECT_EQ(waitpid(copy, &said.status, 0), copy);
    said.printed = content(printed);
    said.seen = content(seen);
    return said;
}

// What a target tells once a process: the same input may come with it or without.
inline std::string without_what_is_told_once(std::string_view text)
{
    std::string rest;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (!line.starts_with("open finding, going on: ") &&
            !line.starts_with("no verdict, going on: "))
            rest += std::string(line) + "\n";
    }
    return rest;
}

// As an engine runs it, and once more with someone looking.
inline std::array<Said, 2> all_said(const Target &target, const Bytes &input)
{
    std::array<Said, 2> said = {
        in_a_copy([&](std::FILE *) { return target(input, nullptr); }),
        in_a_copy([&](std::FILE *seen) { return target(input, seen); }),
    };
    for (Said &one : said)
        one.printed = without_what_is_told_once(one.printed);
    return said;
}

// Of a comparison: what it was made of, and one line for each input that was not the same again.
struct Repetition {
    std::string differences;
    std::size_t inputs = 0;
    std::size_t ended = 0; // inputs that end the process: none of them comes before another one
    std::size_t seen_bytes = 0;
};

// What this process has run itself, every input has behind it: let it be nothing.
inline Repetition repeat(const Target &target, const std::vector<Bytes> &inputs, int before)
{
    Repetition result;
    result.inputs = inputs.size();
    std::vector<std::array<Said, 2>> first;
    std::vector<const Bytes *> going_on;
    for (const Bytes &input : inputs) {
        first.push_back(all_said(target, input));
        result.seen_bytes += first.back()[1].seen.size();
        if (first.back()[0].status == 0)
            going_on.push_back(&input);
    }
    result.ended = inputs.size() - going_on.size();
    if (going_on.empty())
        return result;
    const Said last = in_a_copy([&](std::FILE *seen) {
        std::mt19937_64 random(1);
        for (int i = 0; i < before; ++i)
            if (target(*going_on[random() % going_on.size()], nullptr) != 0)
                std::fprintf(seen, "number %d did not return 0\n", i);
        for (std::size_t i = 0; i < inputs.size(); ++i)
            if (all_said(target, inputs[i]) != first[i])
                std::fprintf(seen, "input %zu of %zu bytes\n", i, inputs[i].size());
        return 0;
    });
    result.differences = last.seen;
    if (last.status != 0)
        result.differences += "what goes on when first does not when later:\n" + last.printed;
    return result;
}

} // namespace fuzz::testing
