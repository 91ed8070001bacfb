"""Middle boxes on a router: what translates, filters and forgets between one of its interfaces and the segment.

Part of the wire and not of the router's kernel: so they are there for every user, with every kind of port, without
nft and without the kernel's modules, and do the same everywhere.

    where they stand     boxed (behind a port: inside the capture, so the record has what crosses the segment)
    what they are        nat, firewall; both are asked by `leaving` and `arriving`
    what they remember   mappings (of addresses and ports), connections (what TCP said, when), fragments, rules
    what they do         packet (addresses and ports read and written), answers (resets and unreachables)
    what is asked        asked (the notebook's verbs)
"""
