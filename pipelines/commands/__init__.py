"""What can be typed after `pat`: arguments in, one command's run() out."""
