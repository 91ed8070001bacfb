"""What is amiss with the capture, and not with the network."""

from __future__ import annotations

from labkit.explain.kinds.kind import Kind

CAPTURING = (
    Kind(
        "cut-frames",
        "cut frames",
        "a frame is cut short in the capture",
        "{count} frames are cut short in the capture",
        "Capture with a larger snap length (tcpdump -s 0): what is cut off cannot be checked or read.",
        "layers",
        True,
    ),
    Kind(
        "clock-back",
        "the clock goes back",
        "the capture's clock goes back once, by {most}",
        "the capture's clock goes back {count} times, by {most} at most",
        "It was set while the capture ran, or several processors had a clock each: times across these places say "
        "little. The order of the frames is taken to be right.",
        "layers",
        True,
    ),
    Kind(
        "captured-twice",
        "every frame captured twice",
        "a frame is in the capture twice",
        "{count} frames are in the capture twice, within a millisecond",
        "That is how a capture of all interfaces, of a bridge or of lo looks. Capture on one interface: no copy here "
        "is the network's doing.",
        "layers",
        True,
    ),
    Kind(
        "offloaded",
        "offloaded segments",
        "a segment of {who} is larger than the network carries ({size} bytes of data)",
        "{count} segments of {who} are larger than the network carries ({size} bytes of data at most)",
        "What is sent the network card cuts after it was captured (TSO); what comes the kernel joins before (GRO). How "
        "many crossed the wire, and when, is not in it. To see them: ethtool -K eth0 tso off gso off gro off lro off.",
        "layers",
        True,
    ),
    Kind(
        "checksum-later",
        "checksums filled in later",
        "a checksum of {who} is not filled in yet",
        "{count} checksums of {who} are not filled in yet",
        "The network card does it (checksum offload), behind where the capture was taken: nothing is wrong.",
        "layers",
        True,
    ),
    Kind(
        "checksum-wrong",
        "checksum wrong",
        "a frame of {who} arrived damaged, with a wrong checksum, and its receiver threw it away",
        "{count} frames of {who} arrived damaged, with a wrong checksum, and their receivers threw them away",
        "A bad cable, card or memory on the way, or a box that rewrites packets and does not put the checksum right.",
        "layers",
    ),
    Kind(
        "frames-missing",
        "frames missing in the capture",
        "{peer} acknowledged {size} bytes of {who} that are not in the capture",
        "{peer} acknowledged {size} bytes of {who} that are not in the capture, in {count} places",
        "They crossed the network, and the capture lost them: it was taken where not all passes, or the machine was "
        "too slow (a larger buffer, tcpdump -B; a shorter snap length, -s 128).",
        "layers",
        True,
    ),
)
