Feature: One line for a picture, a file, a shell and hands
  What is urgent overtakes what is large, whichever of the two lines is the narrow one. Figures are of simulated
  time, exact, and in results.json.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC on office LAN
    And a file "C:\Temp\big.bin" of 6000000 bytes lies on Carla's device
    And Carla is in session with Alex
    And Alex has screen sharing open in Carla's session
    And Alex has file transfer open in Carla's session
    And Alex has command shell open in Carla's session
    And Alex has a shell open in Carla's session
    And Carla's screen is busy with "video"

  @gate @SCR-02 @SHL-01
  Scenario Outline: Hands and a shell do not wait where Carla is on <customer> and Alex on <rep>
    When Carla's link becomes <customer>
    And Alex's link becomes <rep>
    And Alex downloads "C:\Temp\big.bin" to "C:\Temp\big.bin" in Carla's session
    And 4 seconds pass
    And for 4 seconds the echoes of Alex's hands and shell in Carla's session are measured
    Then the figure "hands_echo_p95_ms" is at most <echo>
    And the figure "shell_echo_p95_ms" is at most <echo>

    Examples: Seconds after the line became narrow. The round trip and 50 ms are 101, 79, 101 and 221 ms
      | customer   | rep        | echo |
      | DSL        | office LAN | 220  |
      | cable      | office LAN | 130  |
      | office LAN | DSL        | 130  |
      | 4G         | office LAN | 320  |

  @gate @SCR-02 @SHL-01
  Scenario: Beside a picture and a file on 3G, hands and a shell take at most 50 ms longer than alone
    When Carla's screen stands still
    And the exact picture of Carla's screen on Alex's console is timed
    And Carla's link becomes 3G
    And for 8 seconds the echoes of Alex's hands and shell in Carla's session are measured as "alone"
    And Carla's screen is busy with "video"
    And 4 seconds pass
    And Alex downloads "C:\Temp\big.bin" to "C:\Temp\big.bin" in Carla's session
    And 4 seconds pass
    And for 8 seconds the echoes of Alex's hands and shell in Carla's session are measured
    Then the figure "alone_hands_echo_p95_ms" is at most 360
    And the figure "alone_shell_echo_p95_ms" is at most 360
    And the figure "hands_echo_p95_ms" is at most 50 more than "alone_hands_echo_p95_ms"
    And the figure "shell_echo_p95_ms" is at most 50 more than "alone_shell_echo_p95_ms"
