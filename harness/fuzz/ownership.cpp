// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/ownership.hpp"

#include "drivers/registry.hpp"
#include "properties/exceptions.hpp"
#include "run/machine.hpp"
#include "scenario/wire.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace fuzz {
namespace {

const drivers::Revision &revision_under_test(std::string_view by_default)
{
    const char *chosen = std::getenv("HMEMFUZZ_REVISION");
    const std::string_view id = chosen != nullptr ? std::string_view(chosen) : by_default;
    const drivers::Revision *revision = drivers::find_revision(id);
    if (revision == nullptr) {
        std::fprintf(stderr, "HMEMFUZZ_REVISION: no revision '%s'; one of:", chosen);
        for (const std::string_view known : drivers::revision_ids())
            std::fprintf(stderr, " %.*s", static_cast<int>(known.size()), known.data());
        std::fprintf(stderr, "\n");
        std::_Exit(2);
    }
    return *revision;
}

// Lives as long as the process: its fibers and buffers serve every input. Carries nothing over.
run::Machine &machine()
{
    static run::Machine instance;
    return instance;
}

void print(const char *lead, std::string_view left, std::string_view right)
{
    std::fprintf(stderr, "%s%.*s %.*s\n", lead, static_cast<int>(left.size()), left.data(),
                 static_cast<int>(right.size()), right.data());
}

// Once a process: what is known needs no second mention.
void tell_open(const properties::Finding &finding)
{
    static std::array<bool, 64> told{};
    const auto rows = properties::exceptions();
    for (std::size_t i = 0; i < rows.size() && i < told.size(); ++i) {
        if (rows[i].id != finding.judgement.id || told[i])
            continue;
        told[i] = true;
        print("open finding, going on: ", rows[i].id, properties::identity(finding.violation));
    }
}

[[noreturn]] void fail(const drivers::Revision &revision, const properties::Finding &finding)
{
    const properties::Violation &violation = finding.violation;
    print("ASSERTION FAILED: ", properties::property_row(violation.property).id, violation.cause);
    print("  what: ", violation.detail, kernel::to_string(violation.object));
    print("  revision: ", revision.id, "");
    print("  to read it: ", "hmemfuzz explain FILE --revision", revision.id);
    std::abort();
}

} // namespace

int ownership(std::string_view revision_id, const std::uint8_t *data, std::size_t size)
{
    static const drivers::Revision &revision = revision_under_test(revision_id);
    const scenario::Scenario scenario = scenario::decode({data, size}, drivers::revision_ids());
    const run::Result result = machine().run(revision, scenario);
    if (result.verdict.empty())
        return 0;
    for (const auto &finding : properties::findings(result.verdict, {scenario, result.events})) {
        if (finding.judgement.status == properties::Status::violation)
            fail(revision, finding);
        if (finding.judgement.status == properties::Status::open)
            tell_open(finding);
    }
    return 0;
}

} // namespace fuzz
