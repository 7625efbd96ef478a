"""What pages show and what matching is fed: reads only, always for a viewer."""
