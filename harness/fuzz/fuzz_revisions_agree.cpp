// SPDX-License-Identifier: GPL-2.0-only
// Random sequential scenarios on two revisions that must agree on them.
#include "fuzz/revisions_agree.hpp"
#include "fuzz/served.hpp"

fuzz::Served fuzz::served() { return {generators::Runs::sequential, {}}; }

extern "C" int LLVMFuzzerInitialize(int *, char ***)
{
    fuzz::prepare_revisions_agree();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    return fuzz::revisions_agree(data, size);
}
