// SPDX-License-Identifier: GPL-2.0-only
// A search that a signal stops goes on where it was; a state file that is none is refused.
#include "cli/explore.hpp"
#include "cli/explore_state.hpp"
#include "cli/failure.hpp"
#include "cli/interrupt.hpp"
#include "cli/testing.hpp"
#include "kernel/bounds.hpp"
#include "scenario/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace cli::testing {
namespace {

constexpr const char *race = R"([layout]
soft_reserved = [{ range = "0x2850000000-0x294fffffff" }]
config = { dev_dax_cxl = false, cxl_region = false }
[[actor]]
name = "a"
ops = ["modprobe dax_hmem"]
[[actor]]
name = "b"
ops = ["unbind hmem.0"]
)";

// Of some thousand million schedules: nobody sees the end of it.
constexpr const char *endless = R"([layout]
soft_reserved = [{ range = "0x850000000-0x94fffffff" }, { range = "0x950000000-0xa4fffffff" }]
windows = [{ name = "window0", range = "0x850000000-0x284fffffff" }]
[[actor]]
name = "a"
ops = ["modprobe dax_hmem", "rmmod dax_hmem"]
[[actor]]
name = "b"
ops = ["modprobe dax_cxl", "rmmod dax_cxl"]
[[actor]]
name = "c"
ops = ["modprobe cxl_acpi", "rmmod cxl_acpi"]
)";

const run::ExploreOptions reduced{
    .switches_max = bounds::switches_max, .faults_max = 1, .in_turn = false, .reduced = true};
const run::ExploreOptions plain{.switches_max = 2, .faults_max = 1};

class State : public Command {
protected:
    const drivers::Revision &v7 = *drivers::find_revision("v7");
    const scenario::Scenario scenario = std::get<scenario::Scenario>(scenario::parse_text(race));
    run::Machine machine;

    // Up to the signal, sent before that run.
    run::Explored interrupted(run::ExploreOptions options, int signal, std::uint64_t at,
                              const run::Explored *from = nullptr)
    {
        const Interrupt interrupt;
        options.from = from;
        options.go_on = [&](std::uint64_t runs) {
            if (runs == at)
                std::raise(signal);
            return !interrupt.is_asked();
        };
        return run::explore(machine, v7, scenario, options);
    }

    // What the file says of a job must not bring the command down.
    void expect_refused_or_run(const run::ExploreOptions &options, const run::Explored &part)
    {
        std::uint64_t runs = 0;
        run::ExploreOptions from = options;
        from.from = &part;
        from.go_on = [&](std::uint64_t) { return ++runs < 100; };
        try {
            run::explore(machine, v7, scenario, from);
        } catch (const std::invalid_argument &error) {
            EXPECT_STRNE(error.what(), "");
        }
    }
};

} // namespace

TEST_F(State, AnInterruptedSearchThatGoesOnGivesTheTotalsOfOneThatWasNot)
{
    for (const run::ExploreOptions &options : {reduced, plain})
        for (const int signal : {SIGINT, SIGTERM}) {
            const Search search{v7, scenario, options};
            const run::Explored whole = run::explore(machine, v7, scenario, options);
            run::Explored part = interrupted(options, signal, 70);
            std::size_t pieces = 1;
            for (; part.stopped && pieces < 100; ++pieces) {
                write_state(path("state"), search, {part});
                const run::Explored before = read_state(path("state"), search, 1).at(0);
                part = interrupted(options, signal, 70, &before);
            }
            EXPECT_GT(pieces, 2U);
            // As the file has them, so that nothing is forgotten.
            EXPECT_EQ(explored_json(part, scenario), explored_json(whole, scenario));
        }
}

TEST_F(State, ASearchThatNobodyInterruptsIsNotStopped)
{
    EXPECT_TRUE(interrupted(plain, SIGTERM, 1'000'000).is_whole());
}

TEST_F(State, ATornFileIsRefused)
{
    const Search search{v7, scenario, reduced};
    write_state(path("state"), search, {interrupted(reduced, SIGINT, 100)});
    const std::string whole = read("state");
    ASSERT_EQ(read_state(path("state"), search, 1).size(), 1U);
    // The last byte ends the line.
    for (std::size_t size = 0; size + 1 < whole.size(); size += size < 100 ? 1 : 37) {
        write("state", whole.substr(0, size));
        try {
            read_state(path("state"), search, 1);
            ADD_FAILURE() << size << " bytes of " << whole.size();
        } catch (const Failure &failure) {
            EXPECT_EQ(failure.code(), exit_bad_input);
            EXPECT_EQ(std::string(failure.what()).rfind(path("state"), 0), 0U) << failure.what();
        }
    }
}

TEST_F(State, AFileThatSaysSomethingElseIsRefused)
{
    const Search search{v7, scenario, reduced};
    write_state(path("state"), search, {interrupted(reduced, SIGINT, 100)});
    const auto good = nlohmann::ordered_json::parse(read("state"));
    const auto expect_failure = [&](const nlohmann::ordered_json &json) {
        write("state", json.dump());
        EXPECT_THROW(read_state(path("state"), search, 1), Failure) << json.dump().substr(0, 200);
    };
    for (const char *other : {"null", "{}", "[]", "3", R"("text")", R"({"search":3})"})
        expect_failure(nlohmann::ordered_json::parse(other));
    for (const auto &[key, value] : good.items()) {
        auto json = good;
        json.erase(key);
        expect_failure(json);
        json[key] = "else";
        expect_failure(json);
    }
    for (const auto &[key, value] : good["jobs"][0].items()) {
        auto json = good;
        json["jobs"][0].erase(key);
        expect_failure(json);
        json["jobs"][0][key] = nullptr;
        expect_failure(json);
    }
}

TEST_F(State, APlaceToGoOnThatIsNoneIsRefusedAndBringsNothingDown)
{
    for (const run::ExploreOptions &options : {reduced, plain}) {
        const run::Explored part = interrupted(options, SIGINT, 100);
        ASSERT_TRUE(part.stopped);
        for (std::size_t i = 0; i < part.next.size(); ++i)
            for (const char *line :
                 {"", "x", "0 0 0", "63 ffffffffffffffff 0", "99 1 1", "-1 -1 -1", "part 9", "set",
                  "fault a: nth 70000", "fault c: nth 1", "call b: nth 3", "present 7",
                  "present 99999999999999999999", "choice 999999 0", "choice 1 300",
                  "switches 999"}) {
                run::Explored other = part;
                other.next[i] = line;
                expect_refused_or_run(options, other);
                other.next.erase(other.next.begin() + static_cast<std::ptrdiff_t>(i));
                expect_refused_or_run(options, other);
            }
        run::Explored none = part;
        none.next = {"present 0"};
        run::ExploreOptions from = options;
        from.from = &none;
        EXPECT_THROW(run::explore(machine, v7, scenario, from), std::invalid_argument);
    }
}

// More switches than a scenario's file holds are no reason to lose what was found.
TEST_F(State, ARowOfAnyNumberOfSwitchesIsKept)
{
    const Search search{v7, scenario, reduced};
    run::Explored part = interrupted(reduced, SIGINT, 100);
    ASSERT_FALSE(part.rows.empty());
    run::ExploredRow &row = part.rows.front();
    row.switches.resize(2 * bounds::switches_max, {.indexed = true, .gap = 500});
    write_state(path("state"), search, {part});
    const run::Explored again = read_state(path("state"), search, 1).at(0);
    EXPECT_EQ(again.rows.front().switches, row.switches);

    scenario::Scenario shown = scenario;
    shown.switches = row.switches;
    std::filesystem::create_directory(path("rows"));
    ::testing::internal::CaptureStderr();
    write_row(path("rows"), row.finding, shown);
    EXPECT_NE(::testing::internal::GetCapturedStderr().find(
                  "shows only with 128 switches as far as is known, a file holds 64"),
              std::string::npos);
    EXPECT_TRUE(std::filesystem::is_empty(path("rows")));
    shown.switches.resize(bounds::switches_max);
    write_row(path("rows"), row.finding, shown);
    EXPECT_TRUE(std::filesystem::exists(path("rows/") + file_name(row.finding)));
}

TEST_F(State, TheCommandRefusesWhatItCannotGoOnWithAndKeepsTheFile)
{
    write("race.toml", race);
    const std::string line = "explore race.toml --revision v7 --switches all --resume state";
    ASSERT_NE(run(line + " --runs 20").code, 0);
    const std::string good = read("state");
    std::string other = good;
    other.replace(other.find("\"part "), 6, "\"pert ");
    for (const std::string &bad : {good.substr(0, good.size() / 2), std::string("{}"), other}) {
        write("state", bad);
        expect_refused(line, "state: ");
        EXPECT_EQ(read("state"), bad);
    }
}

namespace {

// Runs the command with a terminal for its errors, and sends the signal as soon as it says how many
// runs it made. Gives its exit code, or minus the signal that ended it.
int run_until_progress(const std::vector<std::string> &arguments, int signal)
{
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    EXPECT_TRUE(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    const std::string terminal = ptsname(master);
    std::vector<char *> list;
    for (const std::string &argument : arguments)
        list.push_back(const_cast<char *>(argument.c_str()));
    list.push_back(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        const int slave = open(terminal.c_str(), O_RDWR | O_NOCTTY);
        const int null = open("/dev/null", O_WRONLY);
        if (slave < 0 || null < 0 || dup2(slave, STDERR_FILENO) < 0 ||
            dup2(null, STDOUT_FILENO) < 0)
            _exit(127);
        execv(list[0], list.data());
        _exit(127);
    }
    std::string said;
    std::array<char, 256> buffer;
    bool sent = false;
    // Ends with an error once nobody holds the other side.
    for (ssize_t size = 0; (size = read(master, buffer.data(), buffer.size())) > 0;) {
        said.append(buffer.data(), static_cast<std::size_t>(size));
        if (!sent && said.find("runs: 1000") != said.npos) {
            sent = true;
            kill(child, signal);
        }
    }
    close(master);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(sent) << said;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

} // namespace

// A few runs each. What is said of them all must not depend on where they were cut.
TEST_F(State, PiecesGiveTheTotalsOfOneRun)
{
    write("race.toml", race);
    for (const char *way :
         {"race.toml --revision v7 --switches 1", "race.toml --revision v7 --switches all",
          "race.toml --revision v7 --switches 1 --jobs 3",
          "--all-programs --revision v7 --operations 1 --layouts no-range"}) {
        const std::string line = std::string("explore --json ") + way;
        const Ended whole = run(line);
        const Ended pieces = run(line + " --resume state --keep-every 0");
        EXPECT_EQ(pieces.code, whole.code) << way;
        auto expected = nlohmann::json::parse(whole.out);
        auto found = nlohmann::json::parse(pieces.out);
        for (auto *json : {&expected, &found})
            json->erase("executions_a_second");
        EXPECT_EQ(found, expected) << way;
        EXPECT_FALSE(std::filesystem::exists(path("state"))) << way;
    }
}

TEST_F(State, WhatWasFoundBeforeTheProcessWasKilledIsKept)
{
    write("endless.toml", endless);
    EXPECT_EQ(
        run_until_progress({HMEMFUZZ_COMMAND, "explore", path("endless.toml"), "--revision", "v7",
                            "--switches", "all", "--resume", path("state"), "--keep-every", "0"},
                           SIGKILL),
        -SIGKILL);
    const auto runs_of = [&] {
        const auto job = nlohmann::json::parse(read("state"))["jobs"][0];
        EXPECT_TRUE(job["stopped"].get<bool>());
        return job["complete"].get<int>() + job["blocked"].get<int>() + job["pruned"].get<int>();
    };
    const int kept = runs_of();
    EXPECT_GT(kept, 900);
    EXPECT_EQ(run("explore endless.toml --revision v7 --switches all --runs 5 --resume state").code,
              exit_violation);
    EXPECT_EQ(runs_of(), kept + 5);
}

TEST_F(State, ASignalMakesTheCommandWriteDownHowFarItCame)
{
    write("endless.toml", endless);
    for (const int signal : {SIGINT, SIGTERM}) {
        const std::vector<std::string> line = {
            HMEMFUZZ_COMMAND, "explore", path("endless.toml"), "--revision", "v7",
            "--switches",     "all"};
        std::vector<std::string> keeps = line;
        keeps.insert(keeps.end(), {"--resume", path("state")});
        EXPECT_EQ(run_until_progress(keeps, signal), exit_violation); // that it found before
        const auto state = nlohmann::json::parse(read("state"));
        EXPECT_TRUE(state["jobs"][0]["stopped"].get<bool>());
        EXPECT_GE(state["jobs"][0]["complete"].get<int>() + state["jobs"][0]["blocked"].get<int>() +
                      state["jobs"][0]["pruned"].get<int>(),
                  999); // it is told before the next one
        // It goes on from there.
        EXPECT_EQ(
            run("explore endless.toml --revision v7 --switches all --runs 5 --resume state").code,
            exit_violation);
        EXPECT_EQ(nlohmann::json::parse(read("state"))["jobs"][0]["stopped"], true);
        std::filesystem::remove(path("state"));
        EXPECT_EQ(run_until_progress(line, signal), -signal) << "where nothing is kept";
    }
}

} // namespace cli::testing
