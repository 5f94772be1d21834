"""Templates of cases: the stages that a case of some type goes through, in versions that never change."""
