// SPDX-License-Identifier: GPL-2.0-only
#include "run/final_state.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <vector>

namespace run {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Name;

// What a fact is about; of one aspect of one object the last word stands.
enum class Aspect : std::uint8_t { window, region, module, device, binding, driver, dax, memory };

struct Fact {
    Aspect aspect{};
    Name object;
    Name other;
    std::int32_t value = 0;
    std::uint64_t start = 0;
    std::uint64_t end = 0;
};

class Facts {
public:
    Facts() { facts_.reserve(facts_usual); }
    void read(const Event &event);
    std::uint64_t digest() const;

private:
    void set(Aspect aspect, const Event &event, std::int32_t value, Name other = {});
    void drop(Aspect aspect, Name object);
    std::vector<Fact>::iterator find(Aspect aspect, Name object);

    static constexpr std::size_t facts_usual = 64; // most runs have fewer: one allocation
    std::vector<Fact> facts_;
};

std::vector<Fact>::iterator Facts::find(Aspect aspect, Name object)
{
    return std::find_if(facts_.begin(), facts_.end(), [&](const Fact &fact) {
        return fact.aspect == aspect && fact.object == object;
    });
}

void Facts::set(Aspect aspect, const Event &event, std::int32_t value, Name other)
{
    const Fact fact{aspect, event.object, other, value, event.start, event.end};
    if (const auto known = find(aspect, event.object); known != facts_.end())
        *known = fact;
    else
        facts_.push_back(fact);
}

// Nothing is said of what is not there.
void Facts::drop(Aspect aspect, Name object)
{
    if (const auto known = find(aspect, object); known != facts_.end()) {
        *known = facts_.back();
        facts_.pop_back();
    }
}

void Facts::read(const Event &event)
{
    switch (event.kind) {
    case EventKind::window_published:
        return set(Aspect::window, event, 1);
    case EventKind::window_withdrawn:
        return drop(Aspect::window, event.object);
    case EventKind::region_state:
        return set(Aspect::region, event, event.value * 2 + (event.extra != 0 ? 1 : 0));
    case EventKind::module_state:
        return set(Aspect::module, event, event.value);
    case EventKind::device_added:
        return set(Aspect::device, event, 1);
    case EventKind::device_deleted:
        return drop(Aspect::device, event.object);
    case EventKind::probe_end:
        return event.value == 0 ? set(Aspect::binding, event, 1, event.other)
                                : drop(Aspect::binding, event.object);
    case EventKind::unbind_end:
        return drop(Aspect::binding, event.object);
    case EventKind::driver_listed:
        return set(Aspect::driver, event, 1);
    case EventKind::driver_unregistered:
        return drop(Aspect::driver, event.object);
    case EventKind::dax_region_added:
        return set(Aspect::dax, event, event.value);
    case EventKind::dax_region_removed:
        return drop(Aspect::dax, event.object);
    case EventKind::memory_online:
        return set(Aspect::memory, event, -1);
    case EventKind::memory_offline:
        return drop(Aspect::memory, event.object);
    case EventKind::memory_refused:
        return set(Aspect::memory, event, event.detail);
    default:
        return;
    }
}

constexpr std::uint64_t mix(std::uint64_t digest, std::uint64_t value)
{
    // The finaliser of MurmurHash3.
    digest ^= value + 0x9e3779b97f4a7c15 + (digest << 6) + (digest >> 2);
    digest ^= digest >> 33;
    digest *= 0xff51afd7ed558ccd;
    digest ^= digest >> 33;
    digest *= 0xc4ceb9fe1a85ec53;
    return digest ^ digest >> 33;
}

constexpr std::uint64_t number_of(Name name) { return std::bit_cast<std::uint32_t>(name); }

std::uint64_t mix(std::uint64_t digest, std::string_view text)
{
    for (const char character : text)
        digest = mix(digest, static_cast<unsigned char>(character));
    return digest;
}

// A sum: in which order they became facts makes no difference.
std::uint64_t Facts::digest() const
{
    std::uint64_t digest = facts_.size();
    for (const Fact &fact : facts_) {
        std::uint64_t one = mix(static_cast<std::uint64_t>(fact.aspect),
                                number_of(fact.object) << 32 | number_of(fact.other));
        one = mix(one, static_cast<std::uint64_t>(fact.value));
        one = mix(one, fact.start);
        digest += mix(one, fact.end);
    }
    return digest;
}

bool is_epilogue(const Event &event)
{
    return event.kind == EventKind::phase &&
           event.value == static_cast<std::int32_t>(kernel::Phase::epilogue);
}

// A verdict's order is one in time.
std::uint64_t verdict_digest(const Result &result)
{
    std::uint64_t digest = 0;
    for (const properties::Violation &violation : result.verdict) {
        std::uint64_t one = mix(static_cast<std::uint64_t>(violation.property), violation.cause);
        one = mix(one, violation.detail);
        for (const std::uint64_t part :
             {number_of(violation.object), violation.range.start, violation.range.end})
            one = mix(one, part);
        digest += one;
    }
    return digest;
}

} // namespace

const kernel::RecordSet &final_state_records()
{
    static constexpr kernel::RecordSet read = {EventKind::phase,
                                               EventKind::window_published,
                                               EventKind::window_withdrawn,
                                               EventKind::region_state,
                                               EventKind::module_state,
                                               EventKind::device_added,
                                               EventKind::device_deleted,
                                               EventKind::probe_end,
                                               EventKind::unbind_end,
                                               EventKind::driver_listed,
                                               EventKind::driver_unregistered,
                                               EventKind::dax_region_added,
                                               EventKind::dax_region_removed,
                                               EventKind::memory_online,
                                               EventKind::memory_offline,
                                               EventKind::memory_refused};
    return read;
}

std::uint64_t final_state(const Result &result)
{
    Facts facts;
    for (const Event &event : result.events) {
        if (is_epilogue(event))
            break;
        facts.read(event);
    }
    std::uint64_t digest = mix(facts.digest(), verdict_digest(result));
    digest = mix(digest, result.completed ? 1 : 0);
    return mix(digest, result.unmodelled != nullptr ? std::string_view(result.unmodelled)
                                                    : std::string_view());
}

} // namespace run
