"""The instrument of livelihood projects: candidates, rules of selection, the count.

Where to look, from the rules outwards; nothing above imports what stands below it.

- **What is asked** (pure): `paper` is the whole of it, `marks` what may stand on a ballot;
  `presets` ready rules; `flaws` what no vote can be held with.
- **The count** (pure): `tally` marks to counts and counts to `outcomes`; `rounds` the next paper.
- **Words**: `words` of papers and outcomes, `fault_words`.
- **Files**: `formats` reads PAPER.json and BALLOTS.csv and writes ballots, `offline` counts both
  files for the command line.
- **The draft**: `models`, `service` with `candidates`; `lineage` which round follows which;
  `readiness` what is missing.
- **The phone**: `booth` reads its form; `robot` and `dry_run` make ballots up.
- **The desk**: `views` the draft, `candidate_views` its list; `forms` what they ask for.
- **The result**: `report` is what all read from, `result_words`; `statement`, `sheets`, `notice`,
  `beside` (all rounds), `result_views`.
- **The door**: `instrument`, the one value that the factory knows.
"""
