// SPDX-License-Identifier: GPL-2.0-only
// The search with reduction, of the sets of faults one after the other.
#include "kernel/assert.hpp"
#include "run/reduce.hpp"
#include "run/tally.hpp"
#include "scenario/sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

namespace run {
namespace {

using kernel::Fault;
using scenario::Scenario;
using FaultSet = std::vector<Fault>; // by number, sorted

bool is_before(const Fault &left, const Fault &right)
{
    const auto key = [](const Fault &fault) {
        const kernel::Name object = fault.role.object;
        return std::tuple(fault.role.kind, object.word, object.number, object.part, fault.count);
    };
    return key(left) < key(right);
}

struct IsBefore {
    bool operator()(const FaultSet &left, const FaultSet &right) const
    {
        return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(),
                                            is_before);
    }
};

bool read_number(std::string_view text, std::size_t &number)
{
    const char *const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end;
}

class FaultSets {
public:
    FaultSets(Machine &machine, const drivers::Revision &revision, const Scenario &scenario,
              const ExploreOptions &options)
        : machine_(machine), revision_(revision), options_(options), scenario_(scenario),
          inner_(options)
    {
        if (options.faults_max > 0) {
            inner_.shard = 0;
            inner_.shards = 1;
            inner_.jobs = 1;
        }
    }

    Explored explore();

private:
    Machine &machine_;
    const drivers::Revision &revision_;
    const ExploreOptions &options_;
    const Scenario &scenario_;
    ExploreOptions inner_;       // of the search of one set
    std::vector<FaultSet> sets_; // known so far, from small to large
    std::set<FaultSet, IsBefore> known_;
    std::size_t present_ = 0;
    FaultSet calls_; // found in the present one
    Reduction reduction_;
    Explored found_;

    bool is_leaf() const { return sets_[present_].size() == options_.faults_max; }
    bool is_ours() const
    {
        return options_.faults_max == 0 || present_ % options_.shards == options_.shard;
    }
    void explore_set();
    void add_larger_sets();
    void add_set(FaultSet set);
    Position position();
    void read_position();
    Fault read_call(std::string_view text) const;
};

Explored FaultSets::explore()
{
    read_position();
    found_.reduced = true;
    add_set({}); // if it is not known already
    for (; present_ < sets_.size(); ++present_) {
        if (is_leaf() && !is_ours())
            continue;
        explore_set();
        if (found_.stopped)
            break;
        if (!is_leaf())
            add_larger_sets();
    }
    found_.exhausted = !found_.stopped;
    if (found_.stopped)
        found_.next = position();
    sort_rows(found_.rows);
    return std::move(found_);
}

void FaultSets::explore_set()
{
    const FaultSet &set = sets_[present_];
    Scenario with = scenario_;
    with.faults.insert(with.faults.end(), set.begin(), set.end());
    reduction_.faults = set.size();
    reduction_.counts = is_ours();
    reduction_.calls = is_leaf() ? nullptr : &calls_;
    reduce_program(machine_, revision_, with, inner_, reduction_, found_);
}

// Each call that was made beside the faults of the set.
void FaultSets::add_larger_sets()
{
    std::sort(calls_.begin(), calls_.end(), is_before);
    for (const Fault &fault : calls_) {
        FaultSet larger = sets_[present_];
        if (std::find(larger.begin(), larger.end(), fault) != larger.end())
            continue; // on a schedule on which it is not reached another one is made in its place
        larger.insert(std::upper_bound(larger.begin(), larger.end(), fault, is_before), fault);
        add_set(std::move(larger));
    }
    calls_.clear();
}

void FaultSets::add_set(FaultSet set)
{
    if (known_.insert(set).second)
        sets_.push_back(std::move(set));
}

// What is known of the sets and of the present one, then where the search of that one is to go on.
Position FaultSets::position()
{
    Position lines;
    const auto add = [&](std::string_view what, const Fault &fault) {
        lines.push_back(fmt::format("{} {}", what, fault_text(fault, scenario_.actors)));
    };
    for (const FaultSet &set : sets_) {
        lines.emplace_back("set");
        for (const Fault &fault : set)
            add("fault", fault);
    }
    for (const Fault &call : calls_)
        add("call", call);
    lines.push_back(fmt::format("present {}", present_));
    Position inner = std::exchange(found_.next, {});
    lines.insert(lines.end(), inner.begin(), inner.end());
    return lines;
}

void FaultSets::read_position()
{
    found_ = found_before(options_);
    if (options_.from == nullptr)
        return;
    const Position lines = std::exchange(found_.next, {});
    std::vector<FaultSet> sets;
    std::size_t read = 0;
    std::size_t present = lines.size();
    while (present == lines.size() && read < lines.size()) {
        const std::string_view line = lines[read++];
        const std::string_view word = line.substr(0, line.find(' '));
        const std::string_view rest = line.substr(std::min(word.size() + 1, line.size()));
        if (line == "set")
            sets.emplace_back();
        else if (word == "fault" && !sets.empty())
            sets.back().push_back(read_call(rest));
        else if (word == "call")
            calls_.push_back(read_call(rest));
        else if (word != "present" || !read_number(rest, present))
            throw std::invalid_argument("no set of faults: " + std::string(line));
    }
    if (present >= sets.size() || !sets.front().empty())
        throw std::invalid_argument("there is none");
    for (FaultSet &set : sets) {
        if (set.size() > options_.faults_max)
            throw std::invalid_argument("more faults than there can be");
        add_set(std::move(set));
    }
    present_ = present;
    if (present_ >= sets_.size())
        throw std::invalid_argument("a set of faults is there twice");
    reduction_.from.assign(lines.begin() + static_cast<std::ptrdiff_t>(read), lines.end());
}

Fault FaultSets::read_call(std::string_view text) const
{
    std::string why;
    const auto fault = scenario::read_fault(text, scenario_.actors, why);
    if (!fault || !fault->nth)
        throw std::invalid_argument(why.empty() ? "no call by number: " + std::string(text) : why);
    return *fault;
}

} // namespace

Explored reduce(Machine &machine, const drivers::Revision &revision, const Scenario &scenario,
                const ExploreOptions &options)
{
    HARNESS_ASSERT(options.shard < options.shards && options.shards % options.jobs == 0);
    return FaultSets(machine, revision, scenario, options).explore();
}

} // namespace run
