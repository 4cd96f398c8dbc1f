// SPDX-License-Identifier: GPL-2.0-only
// Rings of locks and waits, told as the records that they are judged by. What records runs make is tested in
// kernel/lockdep_test.cpp, whole runs in run/planted_lock_test.cpp and run/planted_wait_test.cpp.
#include "properties/collector.hpp"
#include "properties/discipline_sieve.hpp"

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace properties {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Name;
using kernel::name_of;
using kernel::Ordered;
using kernel::Word;

struct What {
    Ordered kind;
    Name name;
};

constexpr What lock_a{Ordered::lock, name_of(Word::hmem_resource_lock)};
constexpr What lock_b{Ordered::lock, name_of(Word::dax_hmem_lock)};
constexpr What lock_c{Ordered::lock, name_of(Word::cxl_region_rwsem)};
constexpr What device_lock{Ordered::device_lock, name_of(Word::hmem, 0)};
constexpr What item{Ordered::work, name_of(Word::resolution)};
constexpr What queue{Ordered::queue, name_of(Word::dax_hmem_wq)};
constexpr What probes{Ordered::probes, {}};

using Found = std::vector<std::string>;

class Told {
public:
    // `function` is of the code under test.
    Told &by(const char *function)
    {
        function_ = caller_ = function;
        return *this;
    }
    Told &by_environment()
    {
        function_ = "environment";
        caller_ = nullptr;
        return *this;
    }
    Told &order(What held, What next)
    {
        Event &event = add(EventKind::order, next.name);
        event.detail = static_cast<std::uint8_t>(next.kind);
        event.other = held.name;
        event.extra = static_cast<std::uint16_t>(held.kind);
        return *this;
    }
    Told &point(kernel::Point point, What lock)
    {
        add(EventKind::point, lock.name).detail = static_cast<std::uint8_t>(point);
        return *this;
    }
    // A call that may wait, with all that is held.
    Told &waits(kernel::WaitCall call, What next, std::initializer_list<What> held,
                bool in_probe = false)
    {
        Event &event = add(EventKind::waits, next.name);
        event.detail = static_cast<std::uint8_t>(call);
        event.extra = in_probe ? kernel::in_probe : 0;
        for (const What &what : held)
            order(what, next);
        return *this;
    }
    // "property:cause object", and the record if `records`.
    Found found(bool records = false) const
    {
        Found lines;
        Collector collector(events_);
        judge_discipline(events_, shown(), collector);
        for (const Violation &violation : collector.take())
            lines.push_back(identity(violation) + " " + kernel::to_string(violation.object) +
                            (records ? " at " + std::to_string(violation.event) : ""));
        return lines;
    }
    bool passes_sieve() const { return !may_lack_discipline(events_, shown()); }

private:
    std::vector<std::uint32_t> shown() const
    {
        std::vector<std::uint32_t> shown;
        for (std::uint32_t i = 0; i < events_.size(); ++i)
            if (discipline_records.has(events_[i].kind, events_[i].object.word))
                shown.push_back(i);
        return shown;
    }
    Event &add(EventKind kind, Name object)
    {
        Event &event = events_.emplace_back();
        event.kind = kind;
        event.object = object;
        event.task = 1;
        event.function = function_;
        event.caller = caller_;
        return event;
    }

    std::vector<Event> events_;
    const char *function_ = nullptr;
    const char *caller_ = nullptr;
};

} // namespace

TEST(Discipline, ARingIsToldByTheCodeThatClosesIt)
{
    EXPECT_EQ(Told().by("f").order(lock_a, lock_b).by("g").order(lock_b, lock_a).found(),
              Found{"lock-order:g hmem_resource_lock"});
    EXPECT_EQ(Told().by("f").order(lock_a, lock_b).by("g").order(lock_b, lock_c).found(), Found{});
}

TEST(Discipline, ARingOfTheEnvironmentAloneIsNobodysFinding)
{
    EXPECT_EQ(Told().by_environment().order(lock_a, lock_b).order(lock_b, lock_a).found(), Found{});
}

// A pair is recorded no more once its function has made it, so that it must be remembered.
TEST(Discipline, ARingOfTheEnvironmentIsJudgedAgainWhenTheCodeMakesOneOfItsPairs)
{
    EXPECT_EQ(Told()
                  .by_environment()
                  .order(lock_a, lock_b)
                  .order(lock_b, lock_a)
                  .by("f")
                  .order(lock_a, lock_b)
                  .found(),
              Found{"lock-order:f dax_hmem_lock"});
    EXPECT_EQ(Told()
                  .by_environment()
                  .order(lock_a, lock_b)
                  .order(lock_b, lock_a)
                  .by("f")
                  .order(lock_a, lock_c)
                  .found(),
              Found{});
}

TEST(Discipline, APairThatTheEnvironmentMadeFirstIsTheCodesAsWell)
{
    const auto ring = [](bool also_code) {
        Told told;
        told.by_environment().order(lock_a, lock_b);
        if (also_code)
            told.by("f").order(lock_a, lock_b);
        return told.by_environment().order(lock_b, lock_a).found();
    };
    EXPECT_EQ(ring(true), Found{"lock-order:f dax_hmem_lock"});
    EXPECT_EQ(ring(false), Found{});
}

// The item takes the lock that is held over a flush of its queue, and later over one of the item.
TEST(Discipline, AShorterRingThatComesLaterIsAWaitUnderTheLock)
{
    const Told longer = Told()
                            .by("f")
                            .waits(kernel::WaitCall::flush_workqueue, queue, {lock_a})
                            .order(queue, item)
                            .by("work")
                            .order(item, lock_a);
    EXPECT_EQ(longer.found(), Found{"lock-order:work hmem_resource_lock"});
    EXPECT_EQ(
        Told(longer).by("g").waits(kernel::WaitCall::flush_work, item, {lock_a}).found(),
        (Found{"lock-order:work hmem_resource_lock", "wait-under-lock:g hmem_resource_lock"}));
    EXPECT_EQ(Told(longer).by("g").waits(kernel::WaitCall::flush_work, item, {lock_b}).found(),
              Found{"lock-order:work hmem_resource_lock"});
}

// It adds no pair: no ring is told of it, too.
TEST(Discipline, AWaitThatIsWrongByItselfHasOneName)
{
    const Told wrong =
        Told()
            .by("f")
            .waits(kernel::WaitCall::wait_for_device_probe, probes, {lock_a, device_lock})
            .by_environment()
            .order(probes, lock_a);
    EXPECT_EQ(wrong.found(), Found{"wait-under-lock:f hmem.0"});
    const Told without = Told()
                             .by("f")
                             .waits(kernel::WaitCall::wait_for_device_probe, probes, {lock_a})
                             .by_environment()
                             .order(probes, lock_a);
    EXPECT_EQ(without.found(), Found{"wait-under-lock:f hmem_resource_lock"});
}

TEST(Discipline, ALockThatIsTakenRightAfterAWrongWaitIsNoPartOfIt)
{
    EXPECT_EQ(Told()
                  .by("f")
                  .waits(kernel::WaitCall::wait_for_device_probe, probes, {device_lock})
                  .order(device_lock, lock_a)
                  .order(lock_a, device_lock)
                  .found(),
              (Found{"wait-under-lock:f hmem.0", "lock-order:f hmem.0"}));
}

TEST(Discipline, TheRecordShownIsTheLocksPointWhereThatIsRecorded)
{
    EXPECT_EQ(Told()
                  .by("f")
                  .order(lock_a, lock_b)
                  .point(kernel::Point::mutex_lock, lock_b)
                  .order(lock_c, lock_a)
                  .order(lock_b, lock_a)
                  .point(kernel::Point::mutex_lock, lock_a)
                  .found(true),
              Found{"lock-order:f hmem_resource_lock at 4"});
    EXPECT_EQ(Told().by("f").order(lock_a, lock_b).order(lock_b, lock_a).found(true),
              Found{"lock-order:f hmem_resource_lock at 1"});
}

// Random stories over few names, so that about half of them have a ring or a wrong wait.
TEST(DisciplineSieve, LetsNoRunPassInWhichSomethingWouldBeFound)
{
    constexpr std::array<What, 8> names = {
        lock_a, lock_b, lock_c, device_lock,
        item,   queue,  probes, {Ordered::lock, name_of(Word::root_decoder, 1)}};
    std::mt19937 random(1); // its sequence is part of the standard
    const auto below = [&](std::size_t end) { return random() % end; };
    int passed = 0;
    int found = 0;
    for (int story = 0; story < 20000; ++story) {
        Told told;
        told.by_environment().point(kernel::Point::operation, lock_a); // something comes before
        const std::size_t steps = 1 + below(12);
        for (std::size_t step = 0; step < steps; ++step) {
            if (below(2) == 0)
                told.by(below(2) == 0 ? "f" : "g");
            else
                told.by_environment();
            const What next = names[below(names.size())];
            const What held = names[below(names.size())];
            if (below(3) == 0)
                told.waits(static_cast<kernel::WaitCall>(
                               below(static_cast<std::size_t>(kernel::WaitCall::count_))),
                           next, {held, names[below(names.size())]}, below(2) == 0);
            else
                told.order(held, next);
        }
        const Found lines = told.found();
        EXPECT_TRUE(lines.empty() || !told.passes_sieve()) << lines.front();
        passed += told.passes_sieve() ? 1 : 0;
        found += lines.empty() ? 0 : 1;
    }
    EXPECT_GT(passed, 5000);
    EXPECT_GT(found, 5000);
}

// More classes than it has room for.
TEST(DisciplineSieve, LetsNoRunPassThatIsTooLargeForIt)
{
    const auto with_devices = [](int count) {
        Told told;
        told.by_environment();
        for (int i = 1; i < count; ++i)
            told.order({Ordered::device_lock, name_of(Word::hmem, 0)},
                       {Ordered::device_lock, name_of(Word::hmem, i)});
        return told;
    };
    EXPECT_TRUE(with_devices(64).passes_sieve());
    EXPECT_FALSE(with_devices(65).passes_sieve());
    EXPECT_EQ(with_devices(65).by("f").order(lock_a, lock_b).order(lock_b, lock_a).found(),
              Found{"lock-order:f hmem_resource_lock"});
}

} // namespace properties
