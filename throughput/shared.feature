Feature: A picture that shares its line with a file and a shell
  A file that is larger than the line can carry in this time comes beside the picture, and hands and a shell are at
  work. Pictures and files share by two to one, where the picture has so much to say; hands and the shell wait for
  neither: what they wait for is meant to be the round trip and 50 ms.

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
    And Carla's screen is busy with "video"
    When 6 seconds pass
    And Alex downloads "C:\Temp\big.bin" to "C:\Temp\big.bin" in Carla's session
    And 6 seconds pass
    And for 6 seconds the picture of Carla's screen on Alex's console is measured
    And for 6 seconds the echoes of Alex's hands and shell in Carla's session are measured
    Then the figure "line_kbit_per_s" is at least <used>
    And the figure "screen_kbit_per_s" is at least <screen>
    And the figure "hands_echo_p95_ms" is at most <echo>
    And the figure "shell_echo_p95_ms" is at most <echo>

    Examples: A round trip and 50 ms: 54, 79, 101, 151, 221, 151 ms
      | link             | used  | screen | echo |
      | fibre            | 18000 | 8000   | 54   |
      | cable            | 880   | 450    | 100  |
      | DSL              | 330   | 170    | 150  |
      | WebRTC test link | 3000  | 1000   | 220  |
      | 4G               | 7000  | 3500   | 260  |
      | hotel Wi-Fi      | 900   | 350    | 450  |
