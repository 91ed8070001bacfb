"""Middle boxes on a router, as the learner puts them there and looks into them; `labkit.wire.boxes` is what they do."""
