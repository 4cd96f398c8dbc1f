// SPDX-License-Identifier: GPL-2.0-only
#include "run/distill.hpp"

#include "run/campaign.hpp"
#include "run/minimize.hpp"
#include "run/parts.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace run {
namespace {

using scenario::Scenario;

// What was come across, as a number that stands for it as long as its Features live.
using Feature = std::uint32_t;

class Features {
public:
    Features(Machine &machine, std::span<const drivers::Revision *const> revisions)
        : machine_(machine), revisions_(revisions)
    {}

    // Sorted, each once.
    std::vector<Feature> of(const Scenario &scenario);

private:
    enum class Source : std::uint8_t { event, pair, finding };
    struct Key {
        std::size_t revision;
        Source source;
        std::size_t what;   // kind of event, operation, property
        std::size_t detail; // of the event, ownership
        std::int32_t result;
        std::string_view function; // literals

        auto operator<=>(const Key &) const = default;
    };

    Machine &machine_;
    std::span<const drivers::Revision *const> revisions_;
    std::map<Key, Feature> numbers_;

    Feature number_of(const Key &key)
    {
        return numbers_.try_emplace(key, static_cast<Feature>(numbers_.size())).first->second;
    }
    void add_run(std::size_t revision, const Scenario &scenario, std::vector<Feature> &features);
};

// An error as it is; of counts only whether there is one; of ids and indices nothing.
std::int32_t result_of(const kernel::Event &event)
{
    switch (event.kind) {
    case kernel::EventKind::task_created:
    case kernel::EventKind::dax_region_added:
    case kernel::EventKind::memregion_allocated:
    case kernel::EventKind::memregion_freed:
        return 0;
    default:
        return std::min(event.value, 1);
    }
}

void Features::add_run(std::size_t revision, const Scenario &scenario,
                       std::vector<Feature> &features)
{
    const Result result = machine_.run(*revisions_[revision], scenario);
    if (result.unmodelled != nullptr)
        return;
    const auto findings = properties::findings(result.verdict, {scenario, result.events});
    for (const kernel::Event &event : result.events) {
        if (is_rest(event))
            break;
        if (event.function != nullptr || event.kind == kernel::EventKind::operation_done)
            features.push_back(number_of(
                {revision, Source::event, static_cast<std::size_t>(event.kind), event.detail,
                 result_of(event), event.function == nullptr ? "" : event.function}));
    }
    for (const properties::Finding &finding : findings)
        features.push_back(number_of(
            {revision, Source::finding, static_cast<std::size_t>(finding.violation.property),
             static_cast<std::size_t>(finding.judgement.status), 0, finding.violation.cause}));
    Campaign campaign;
    campaign.add(result, findings);
    for (std::size_t code = 0; code < campaign.operations.size(); ++code)
        for (std::size_t state = 0; state < ownerships; ++state)
            if (campaign.operations[code][state] > 0)
                features.push_back(number_of({revision, Source::pair, code, state, 0, ""}));
}

std::vector<Feature> Features::of(const Scenario &scenario)
{
    std::vector<Feature> features;
    for (std::size_t i = 0; i < revisions_.size(); ++i)
        add_run(i, scenario, features);
    std::sort(features.begin(), features.end());
    features.erase(std::unique(features.begin(), features.end()), features.end());
    return features;
}

// A scenario of the selection.
struct Chosen {
    Scenario scenario;
    std::vector<Feature> features;
};

class Selection {
public:
    // Takes the scenario if nothing chosen before comes across all that it does.
    void offer(Scenario scenario, std::vector<Feature> features)
    {
        if (std::all_of(features.begin(), features.end(),
                        [&](Feature feature) { return times(feature) > 0; }))
            return;
        count(features, 1);
        chosen_.push_back({std::move(scenario), std::move(features)});
    }

    // From the last to the first: what it alone comes across must stay, whatever else may go.
    template <class Reduce> void reduce_each(Reduce reduce)
    {
        for (std::size_t i = chosen_.size(); i-- > 0;) {
            Chosen &one = chosen_[i];
            std::vector<Feature> own;
            for (const Feature feature : one.features)
                if (times(feature) == 1)
                    own.push_back(feature);
            count(one.features, -1);
            if (own.empty()) {
                chosen_.erase(chosen_.begin() + static_cast<std::ptrdiff_t>(i));
                continue;
            }
            reduce(one, own);
            count(one.features, 1);
        }
    }

    std::size_t features() const
    {
        return static_cast<std::size_t>(
            std::count_if(times_.begin(), times_.end(), [](int number) { return number > 0; }));
    }
    std::vector<Chosen> take() { return std::move(chosen_); }

private:
    std::vector<Chosen> chosen_;
    std::vector<int> times_; // by feature: how many of the chosen come across it

    int times(Feature feature) const { return feature < times_.size() ? times_[feature] : 0; }
    void count(const std::vector<Feature> &features, int change)
    {
        if (!features.empty() && features.back() >= times_.size())
            times_.resize(features.back() + 1);
        for (const Feature feature : features)
            times_[feature] += change;
    }
};

// The program alone, so that equal programs are equal.
Scenario program_of(Scenario scenario)
{
    Scenario program;
    program.layout = std::move(scenario.layout);
    program.actors = std::move(scenario.actors);
    program.faults = std::move(scenario.faults);
    program.switches = std::move(scenario.switches);
    return program;
}

template <class Item> void sort_by_size(std::vector<Item> &items, auto scenario_of)
{
    std::stable_sort(items.begin(), items.end(), [&](const Item &left, const Item &right) {
        return size_of(scenario_of(left)) < size_of(scenario_of(right));
    });
}

} // namespace

std::size_t size_of(const Scenario &scenario)
{
    std::size_t size = 0;
    for (const Part &part : parts())
        size += part.count(scenario);
    return size;
}

Distilled distill(Machine &machine, std::vector<Scenario> corpus,
                  std::span<const drivers::Revision *const> revisions,
                  const std::function<void()> &ran)
{
    Features features(machine, revisions);
    Selection selection;
    // What is small comes first, so that most of what is come across is told by a small one.
    sort_by_size(corpus, [](const Scenario &one) -> const Scenario & { return one; });
    for (Scenario &scenario : corpus) {
        Scenario program = program_of(std::move(scenario));
        std::vector<Feature> found = features.of(program);
        selection.offer(std::move(program), std::move(found));
        if (ran)
            ran();
    }
    selection.reduce_each([&](Chosen &one, const std::vector<Feature> &own) {
        const auto keeps = [&](const Scenario &candidate) {
            const std::vector<Feature> found = features.of(candidate);
            return std::includes(found.begin(), found.end(), own.begin(), own.end());
        };
        one.scenario = minimize(machine, *revisions.back(), one.scenario, keeps).scenario;
        one.features = features.of(one.scenario);
        if (ran)
            ran();
    });
    Distilled result;
    result.features = selection.features();
    std::vector<Chosen> chosen = selection.take();
    sort_by_size(chosen, [](const Chosen &one) -> const Scenario & { return one.scenario; });
    for (Chosen &one : chosen)
        result.scenarios.push_back(std::move(one.scenario));
    return result;
}

} // namespace run
