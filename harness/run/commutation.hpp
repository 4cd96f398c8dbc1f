// SPDX-License-Identifier: GPL-2.0-only
// For tests: what two steps are said to touch is all that they touch. Of random programs on random
// schedules, neighbouring steps that the footprints call independent are exchanged: both runs must be the
// same to every task, to the judges and at the end.
//
// Covers: what the reduction (reduce.hpp) takes for granted of neighbours. Does not cover: that it draws
// the right conclusions from it (reduce_test.cpp).
#pragma once

#include "kernel/director.hpp"
#include "kernel/kernel.hpp"
#include "kernel/state.hpp"
#include "run/final_state.hpp"
#include "run/programs.hpp"
#include "run/random_scenarios.hpp"
#include "run/testing.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <optional>
#include <utility>

namespace run::testing {

// Runs a schedule, by task; beyond its end at random. Writes down what each step was.
class Walker : public kernel::Director {
public:
    struct Move {
        kernel::Step step;
        std::optional<std::size_t> choice; // of this schedule; none: nobody was asked
        kernel::TaskSet runnable = 0;
        std::size_t begin = 0; // of its records
        std::size_t end = 0;
    };

    Walker(std::mt19937_64 &random, std::vector<std::uint16_t> schedule)
        : random_(random), schedule_(std::move(schedule))
    {}

    const std::vector<Move> &moves() const { return moves_; }
    const std::vector<std::uint16_t> &schedule() const { return schedule_; }
    // The schedule cannot be run: whose turn it was could not go on.
    bool is_lost() const { return lost_; }
    std::size_t choices() const { return choices_; }

    std::uint16_t choose(const kernel::Decision &decision) override
    {
        if (choices_ == schedule_.size())
            schedule_.push_back(any_of(decision.runnable));
        const std::uint16_t task = schedule_[choices_];
        lost_ = (decision.runnable >> task & 1) == 0;
        if (lost_)
            return kernel::no_task;
        next_ = {{}, choices_++, decision.runnable, 0, 0};
        return task;
    }

    void ended(const kernel::Step &step) override
    {
        next_.step = step;
        next_.begin = moves_.empty() ? 0 : moves_.back().end;
        next_.end = kernel::state().events.size();
        moves_.push_back(std::exchange(next_, {}));
    }

    void at_rest() override {}

private:
    std::mt19937_64 &random_;
    std::vector<std::uint16_t> schedule_;
    std::vector<Move> moves_;
    Move next_;
    std::size_t choices_ = 0;
    bool lost_ = false;

    std::uint16_t any_of(kernel::TaskSet tasks)
    {
        for (auto skip = random_() % static_cast<unsigned>(std::popcount(tasks)); skip > 0; --skip)
            tasks &= tasks - 1;
        return static_cast<std::uint16_t>(std::countr_zero(tasks));
    }
};

// What a run was to each task (the last: to none), and to whoever judges it.
struct Course {
    std::array<std::uint64_t, kernel::directed_tasks_max + 1> of_task{};
    std::uint64_t final_state = 0;

    friend bool operator==(const Course &, const Course &) = default;
};

inline std::uint64_t number_of(kernel::Name name)
{
    return static_cast<std::uint64_t>(name.word) << 24 |
           static_cast<std::uint64_t>(name.part) << 16 | static_cast<std::uint16_t>(name.number);
}

// Devices and queued work have serial numbers, by which one is told from its namesakes before and after:
// counted among those here.
class Serials {
public:
    std::uint64_t of(const kernel::Event &event)
    {
        using enum kernel::EventKind;
        switch (event.kind) {
        case device_get:
        case device_put:
        case device_freed:
        case work_queued:
        case work_begin:
        case work_end:
        case work_cancelled:
            break;
        default:
            return event.start;
        }
        // Of the object, how many have come before it.
        std::uint64_t place = 0;
        for (const auto &[object, serial] : known_) {
            if (object == event.object && serial == event.start)
                return place;
            place += object == event.object ? 1 : 0;
        }
        known_.emplace_back(event.object, event.start);
        return place;
    }

private:
    std::vector<std::pair<kernel::Name, std::uint64_t>> known_;
};

// Of the task, the last one: of none.
inline bool is_of(const kernel::Event &event, std::size_t task)
{
    // Who ran before is nothing to the task.
    return event.kind != kernel::EventKind::task_runs &&
           std::min<std::size_t>(event.task, kernel::directed_tasks_max) == task;
}

inline Course course_of(const Result &result)
{
    Course course;
    Serials serials;
    for (const kernel::Event &event : result.events) {
        const std::size_t task = std::min<std::size_t>(event.task, kernel::directed_tasks_max);
        if (!is_of(event, task))
            continue;
        std::uint64_t &digest = course.of_task[task];
        // Texts by their place: both runs are of one program.
        for (const std::uint64_t part :
             {static_cast<std::uint64_t>(event.kind), std::uint64_t{event.detail},
              number_of(event.object), number_of(event.other),
              static_cast<std::uint64_t>(event.value), std::uint64_t{event.extra},
              serials.of(event), event.end, reinterpret_cast<std::uint64_t>(event.function),
              reinterpret_cast<std::uint64_t>(event.caller)})
            digest = (digest ^ part) * 0x100000001b3 + (digest >> 29);
    }
    course.final_state = final_state(result);
    return course;
}

struct Exchanged {
    std::uint64_t programs = 0; // that ran to a verdict
    std::uint64_t pairs = 0;
};

class Commutation {
public:
    explicit Commutation(unsigned seed) : random_(seed) {}

    // Exchanges every such pair of one random schedule of the program.
    void check(const drivers::Revision &tested, scenario::Scenario scenario)
    {
        scenario.switches.clear();
        Walker walker(random_, {});
        const Result result = machine_.run(tested, scenario, {.director = &walker});
        if (result.unmodelled != nullptr)
            return;
        ++exchanged_.programs;
        const Course course = course_of(result);
        const auto &moves = walker.moves();
        for (std::size_t i = 0; i + 1 < moves.size(); ++i)
            if (is_exchangeable(moves[i], moves[i + 1])) {
                ++exchanged_.pairs;
                expect_same(tested, scenario, walker, i, course);
                if (::testing::Test::HasFailure())
                    return;
            }
    }

    const Exchanged &exchanged() const { return exchanged_; }

private:
    std::mt19937_64 random_;
    Machine machine_;
    Exchanged exchanged_;

    static bool is_exchangeable(const Walker::Move &first, const Walker::Move &second)
    {
        return first.choice && second.choice && first.step.task != second.step.task &&
               (first.runnable >> second.step.task & 1) != 0 &&
               !first.step.touched.conflicts(second.step.touched);
    }

    static std::string words_of(const Walker::Move &move)
    {
        return fmt::format("the step of task {} that reads {:x} and writes {:x}", move.step.task,
                           move.step.touched.reads, move.step.touched.writes);
    }

    void expect_same(const drivers::Revision &tested, const scenario::Scenario &scenario,
                     const Walker &walker, std::size_t at, const Course &course)
    {
        const Walker::Move &first = walker.moves()[at];
        const Walker::Move &second = walker.moves()[at + 1];
        std::vector<std::uint16_t> schedule = walker.schedule();
        std::swap(schedule[*first.choice], schedule[*second.choice]);
        Walker again(random_, schedule);
        const Result result = machine_.run(tested, scenario, {.director = &again});
        const Course other = course_of(result);
        SCOPED_TRACE(fmt::format("{}: {} and {}, its steps {} and {} of {}\n{}", tested.id,
                                 words_of(first), words_of(second), at, at + 1,
                                 walker.moves().size(), scenario::print_text(scenario)));
        ASSERT_FALSE(again.is_lost()) << "who went on before cannot";
        ASSERT_EQ(again.choices(), schedule.size());
        ASSERT_EQ(again.moves().size(), walker.moves().size());
        EXPECT_EQ(again.moves()[at].step.touched, second.step.touched);
        EXPECT_EQ(again.moves()[at + 1].step.touched, first.step.touched);
        EXPECT_EQ(other.final_state, course.final_state) << "another verdict or final state";
        for (std::size_t task = 0; task < course.of_task.size(); ++task)
            if (other.of_task[task] != course.of_task[task])
                ADD_FAILURE() << "another course of task " << task << ":"
                              << records(tested, scenario, walker.schedule(), task)
                              << "\nexchanged:" << records(tested, scenario, schedule, task);
    }

    std::string records(const drivers::Revision &tested, const scenario::Scenario &scenario,
                        const std::vector<std::uint16_t> &schedule, std::size_t task)
    {
        Walker walker(random_, schedule);
        std::string text;
        for (const kernel::Event &event :
             machine_.run(tested, scenario, {.director = &walker}).events)
            if (is_of(event, task))
                text += fmt::format("\n    {} {} of {} and {}: {}, {}, {:x}-{:x} in {}",
                                    kernel::event_text(event.kind), event.detail,
                                    kernel::to_string(event.object), kernel::to_string(event.other),
                                    event.value, event.extra, event.start, event.end,
                                    text_of(event.caller));
        return text;
    }
};

// What is never tried holds always.
inline void expect_tried(const Commutation &commutation, std::uint64_t pairs_min)
{
    EXPECT_GT(commutation.exchanged().pairs, pairs_min);
    ::testing::Test::RecordProperty("pairs", std::to_string(commutation.exchanged().pairs));
}

inline void check_random_programs(unsigned seed, int programs)
{
    std::mt19937_64 random(seed);
    Commutation commutation(seed);
    for (int i = 0; i < programs && !::testing::Test::HasFailure(); ++i) {
        const scenario::Scenario scenario = random_scenario(random);
        for (const drivers::Revision &tested : drivers::revisions())
            commutation.check(tested, scenario);
    }
    expect_tried(commutation, static_cast<std::uint64_t>(programs));
}

// Three actors with up to three operations each over a layout on which little else can happen: tasks
// meet more often than in random programs, by ways that nobody thought of.
inline scenario::Scenario crowded_program(std::mt19937_64 &random, const drivers::Revision &tested)
{
    constexpr std::size_t actors = 3;
    constexpr std::size_t operations_max = 3;
    scenario::Scenario scenario;
    scenario.layout = program_layouts()[random() % program_layouts().size()].layout;
    if (random() % 4 == 0)
        scenario.layout.hmem_platform_1 = {{0x5000000000, 0x50ffffffff}, 1};
    for (const kernel::Word driver : scenario::async_drivers)
        if (random() % 4 == 0)
            scenario.layout.config.async_probe.add(driver);
    const auto all = operations_over(tested, scenario.layout);
    for (std::size_t i = 0; i < actors; ++i) {
        scenario::Actor &actor = scenario.actors.emplace_back();
        actor.name = fmt::format("actor{}", i);
        for (std::size_t left = 1 + random() % operations_max; left > 0; --left)
            actor.operations.push_back(all[random() % all.size()]);
    }
    return scenario;
}

inline void check_crowded_programs(unsigned seed, int programs)
{
    std::mt19937_64 random(seed);
    Commutation commutation(seed);
    for (int i = 0; i < programs && !::testing::Test::HasFailure(); ++i)
        for (const drivers::Revision &tested : drivers::revisions())
            commutation.check(tested, crowded_program(random, tested));
    expect_tried(commutation, static_cast<std::uint64_t>(programs));
}

// Where tasks meet that somebody knew of.
inline void check_regressions(unsigned seed, int schedules)
{
    Commutation commutation(seed);
    for (const std::string &name : regression_names()) {
        const scenario::Scenario scenario = regression(name);
        for (const drivers::Revision &tested : drivers::revisions())
            for (int i = 0; i < schedules && !::testing::Test::HasFailure(); ++i)
                commutation.check(tested, scenario);
    }
    expect_tried(commutation, static_cast<std::uint64_t>(schedules) * 1000);
}

} // namespace run::testing
