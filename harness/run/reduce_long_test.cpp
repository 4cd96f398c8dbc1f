// SPDX-License-Identifier: GPL-2.0-only
// The reduction on everything that is told, each file of regressions/ on each revision without its switches,
// and on random programs. Does not cover: programs whose plain search is long; which steps depend on each
// other one by one (commutation_test.cpp).
#include "run/explore.hpp"
#include "run/programs.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <random>

namespace run::testing {
namespace {

// A plain search of a program with a module to load and a step beside it takes a thousand or so; the
// longest of the others take hours.
constexpr std::uint64_t runs_max = 3'000;

Explored all_schedules(const drivers::Revision &tested, const scenario::Scenario &scenario,
                       bool reduced, std::uint64_t limit)
{
    Machine machine;
    return explore(machine, tested, scenario,
                   {.switches_max = bounds::switches_max,
                    .in_turn = false,
                    .reduced = reduced,
                    .go_on = [limit](std::uint64_t runs) { return runs < limit; }});
}

std::vector<std::string> rows_of(const Explored &explored)
{
    std::vector<std::string> rows;
    for (const ExploredRow &row : explored.rows)
        rows.push_back(properties::identity(row.finding.violation) + ' ' +
                       std::string(properties::status_text(row.finding.judgement.status)));
    return rows;
}

struct Compared {
    std::size_t programs = 0;
    std::size_t states = 0;
    std::uint64_t left_out = 0;

    void take_in(const drivers::Revision &tested, const scenario::Scenario &scenario)
    {
        const Explored plain = all_schedules(tested, scenario, false, runs_max);
        if (plain.stopped)
            return;
        const Explored reduced = all_schedules(tested, scenario, true, runs_max);
        ASSERT_FALSE(reduced.stopped);
        EXPECT_EQ(reduced.final_states, plain.final_states);
        EXPECT_EQ(rows_of(reduced), rows_of(plain));
        EXPECT_LE(reduced.schedules(), plain.schedules());
        ++programs;
        states += plain.final_states.size();
        left_out += plain.schedules() - reduced.schedules();
    }
};

} // namespace

TEST(ReduceLong, FindsTheSamePairsInEveryShortRegression)
{
    Compared compared;
    for (const std::string &name : regression_names())
        for (const drivers::Revision &tested : drivers::revisions()) {
            SCOPED_TRACE(name + " on " + std::string(tested.id));
            compared.take_in(tested, regression(name));
        }
    EXPECT_GT(compared.programs, 150U);
    EXPECT_GT(compared.left_out, 50'000U);
}

// Operations that race end in more than one way.
TEST(ReduceLong, FindsTheSamePairsInRandomProgramsOfTwoActors)
{
    std::mt19937_64 random(18);
    Compared compared;
    const std::span<const NamedLayout> layouts = program_layouts();
    for (int draw = 0; draw < 2'000; ++draw) {
        const drivers::Revision &tested =
            drivers::revisions()[random() % drivers::revisions().size()];
        scenario::Scenario scenario;
        scenario.layout = layouts[random() % layouts.size()].layout;
        const auto operations = operations_over(tested, scenario.layout);
        // What is built in is there already: operations meet it at once, and runs are short.
        auto &builtin = scenario.layout.config.builtin;
        builtin.add(scenario::modules[random() % scenario::modules.size()]);
        builtin.add(scenario::modules[random() % scenario::modules.size()]);
        for (const char *name : {"a", "b"}) {
            scenario::Actor &actor = scenario.actors.emplace_back();
            actor.name = name;
            for (std::uint64_t left = 1 + random() % 2; left > 0; --left)
                actor.operations.push_back(operations[random() % operations.size()]);
        }
        SCOPED_TRACE(scenario::print_text(scenario) + std::string(tested.id));
        compared.take_in(tested, scenario);
    }
    EXPECT_GT(compared.programs, 500U);
    EXPECT_GT(compared.states, compared.programs + 15);
    EXPECT_GT(compared.left_out, 50'000U);
}

} // namespace run::testing
