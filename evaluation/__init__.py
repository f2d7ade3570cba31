"""The instrument of satisfaction evaluations and performance reviews.

Where to look, from the rules outwards; nothing above imports what stands below it.

- **What is asked** (pure): `paper` is the whole of it; `scales`, `rules`, `consequences` its parts;
  `presets` ready ones; `flaws` what no evaluation can be held with.
- **The count** (pure): `tally` marks to counts, `scores` counts to points, `privacy` what may not
  come out, `decision` all of it to `outcomes`; `again` who is evaluated once more, `suggestions`
  the rates of suggestions' handling.
- **Words**: `words` of papers and outcomes, `sample_words`, `fault_words`.
- **Files**: `formats` reads PAPER.json and BALLOTS.csv, `offline` counts both for the command line.
- **The draft**: `models`, `service` with `settings`, `subjects` and `materials`; `lineage` and
  `rounds_service` further rounds; `library_service` papers kept; `readiness` what is missing.
- **The phone**: `booth` reads its form, `ballot_face` what its pages ask of a paper; `robot` and
  `dry_run` make ballots up.
- **The desk**: `views` the draft, `subject_views`, `outcome_views`, `sample_views`,
  `dry_run_views`, `library_views`; what they ask for: `forms`, `outcome_forms`, `sample_forms`;
  what is typed in lines and rows: `typed`, `typed_rows`, `typed_outcomes`.
- **The result**: `report` is what all read from, `result_words`; `statement`, `sheets`, `notice`,
  `result_views`; `anonymous` and `ballot_files` ballots to give out; `history` and `compare` over
  the years, `compare_views`.
- **The door**: `instrument`, the one value that the factory knows.
"""
