"""The claims that the code keeps, a folder per room."""
