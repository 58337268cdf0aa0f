"""Planning: tasks, dependencies, RACI, resources, communication, baseline."""
