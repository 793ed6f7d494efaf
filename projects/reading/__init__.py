"""The pure reader of responsibility tables: a file in, tasks with dated milestones and honest questions out."""
