// SPDX-License-Identifier: GPL-2.0-only
// Random sequential scenarios on two revisions that must agree on them.
#include "fuzz/look_ahead.hpp"
#include "fuzz/revisions_agree.hpp"

std::string_view fuzz::look_ahead_revision() { return "mainline"; }

extern "C" int LLVMFuzzerInitialize(int *, char ***)
{
    fuzz::prepare_revisions_agree();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    return fuzz::revisions_agree(data, size);
}
