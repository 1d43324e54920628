Feature: A picture that shares its line with a file and a shell
  A file that is larger than the line can carry in this time comes beside the picture, and hands and a shell are at
  work. Pictures and files share by two to one, where the picture has so much to say; hands and the shell wait for
  neither: they are meant to take 50 ms longer at the most than on the same line when nothing else is on it. Limits are for
  seed 1. On the WebRTC test link the picture goes down to 12 frames a second for stretches, and has less to say then.

  # On hotel Wi-Fi the air takes a packet each second or so. TCP hands over nothing of what came behind it until it was sent
  # again: that is a gap which no order of sending fills.
  @gate
  Scenario Outline: A picture beside a file and a shell over <link>
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC on <link>
    And a file "C:\Temp\big.bin" of 32000000 bytes lies on Carla's device
    And Carla is in session with Alex
    And Alex has screen sharing open in Carla's session
    And Alex has file transfer open in Carla's session
    And Alex has command shell open in Carla's session
    And Alex has a shell open in Carla's session
    When the exact picture of Carla's screen on Alex's console is timed
    And for 6 seconds the echoes of Alex's hands and shell in Carla's session are measured as "alone"
    And Carla's screen is busy with "video"
    And 6 seconds pass
    And Alex downloads "C:\Temp\big.bin" to "C:\Temp\big.bin" in Carla's session
    And 6 seconds pass
    And for 6 seconds the picture of Carla's screen on Alex's console is measured
    And for 6 seconds the echoes of Alex's hands and shell in Carla's session are measured
    Then the figure "line_kbit_per_s" is at least <used>
    And the figure "screen_kbit_per_s" is at least <screen>
    And the figure "alone_hands_echo_p95_ms" is at most <alone>
    And the figure "alone_shell_echo_p95_ms" is at most <alone>
    And the figure "hands_echo_p95_ms" is at most <more> more than "alone_hands_echo_p95_ms"
    And the figure "shell_echo_p95_ms" is at most <more> more than "alone_shell_echo_p95_ms"

    Examples: Round trips of 4, 28, 50, 100 and 170 ms, without their jitter
      | link             | used  | screen | alone | more |
      | fibre            | 18000 | 8000   | 6     | 48   |
      | cable            | 900   | 450    | 40    | 50   |
      | DSL              | 345   | 180    | 60    | 50   |
      | WebRTC test link | 3600  | 500    | 150   | 50   |
      | 4G               | 7000  | 3500   | 200   | 50   |

    Examples: A round trip of 100 ms, and what was lost is sent again
      | link             | used  | screen | alone | more |
      | hotel Wi-Fi      | 400   | 200    | 180   | 400  |
