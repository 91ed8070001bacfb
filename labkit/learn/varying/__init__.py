"""variant: an exercise that is another one for each learner of a class, by a number that the class has for each."""
