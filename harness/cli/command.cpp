// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "scenario/words.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace cli {
namespace {

constexpr const char *description =
    "Runs scenarios of Soft Reserved memory, CXL windows and administration on a simulated kernel\n"
    "with a revision of dax_hmem and dax_cxl, and says what goes wrong.";

constexpr const char *exit_codes =
    "FILE is a scenario: text (TOML) if its name ends in .toml, otherwise the bytes of a fuzzing\n"
    "engine; - is stdin, --format says which of the two it is.\n"
    "\n"
    "Exit codes: 0 clean (accepted outcomes and open findings count as clean unless --strict),\n"
    "1 a violation (matrix: a difference; faults: something new), 2 bad input or usage (nothing is\n"
    "written), 3 no verdict: what the simulated kernel does not model, a configuration that the\n"
    "revision does not allow (n/a), a fault of the scenario that never fired although nothing else\n"
    "was wrong (a clean result would prove nothing), an exploration that found nothing and is not\n"
    "complete, or trouble of the harness itself.";

// What stands where a command should: CLI11 says only that one is required.
std::string unknown_command(const CLI::App &app, const std::string &word)
{
    if (word.starts_with('-'))
        return scenario::unknown_word("option", word, std::array<std::string_view, 1>{"--help"});
    const std::vector<const CLI::App *> commands = app.get_subcommands({});
    std::vector<std::string_view> names;
    for (const CLI::App *command : commands)
        names.push_back(command->get_name());
    return scenario::unknown_word("command", word, names);
}

// What is wrong, behind the command it is wrong with: "hmemfuzz run: FILE is required".
std::string usage_error(const CLI::App *app, const CLI::Error &error)
{
    const std::vector<CLI::App *> chosen = app->get_subcommands();
    const std::vector<std::string> before = app->remaining();
    const bool known = before.empty();
    const std::string command =
        app->get_name() + (known && !chosen.empty() ? ' ' + chosen[0]->get_name() : "");
    return fmt::format("{}: {}\nRun {} --help for more information.\n", command,
                       known ? error.what() : unknown_command(*app, before[0]), command);
}

int parse(CLI::App &app, int argc, const char *const *argv)
{
    app.failure_message(usage_error);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? exit_clean : exit_bad_input;
    }
    return -1;
}

} // namespace

int command(int argc, const char *const *argv)
{
    int code = exit_clean;
    try {
        CLI::App app(description, "hmemfuzz");
        app.footer(exit_codes);
        app.require_subcommand(1);
        add_run(app, code);
        add_explain(app, code);
        add_minimize(app, code);
        add_matrix(app, code);
        add_faults(app, code);
        add_explore(app, code);
        add_reached(app, code);
        add_distill(app, code);
        add_bugs(app, code);
        add_convert(app, code);
        add_tables(app, code);
        const int ended = parse(app, argc, argv);
        return ended >= 0 ? ended : code;
    } catch (const Failure &failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        return failure.code();
    } catch (const std::exception &error) {
        std::fprintf(stderr, "hmemfuzz: %s\n", error.what());
        return exit_no_verdict;
    }
}

} // namespace cli
